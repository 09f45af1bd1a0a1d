// Secrets that are named, not written: "env:NAME", "file:PATH".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sagas {

/// What the names of variables begin with that whoever registers a participant may refer to.
inline constexpr std::string_view registered_secrets = "SAGAS_SECRET_";

/// The text behind a reference, without the line end that editors write; nothing when there is none
/// or it is empty. At most 4 KiB of a file.
std::optional<std::string> secret_behind(std::string_view reference);

} // namespace sagas
