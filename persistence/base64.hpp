// Bytes as text (RFC 4648, with padding), by OpenSSL. Internal to persistence/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sagas {

/// Of at most 1 GiB.
std::string to_base64(std::string_view bytes);
/// Appends it.
void append_base64(std::string_view bytes, std::string& to);
/// Nothing when it is none.
std::optional<std::string> from_base64(std::string_view text);

} // namespace sagas
