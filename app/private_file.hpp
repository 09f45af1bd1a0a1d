// Small files that are only replaced as a whole: secrets, and who has them.
#pragma once

#include <functional>
#include <string>

#include "saga/result.hpp"

namespace sagas {

/// What errno says: errc::not_found when there is no such file, else errc::invalid_input.
failure system_failure(const std::string& what, const std::string& path);

/// Makes a file of mode 0600, or replaces one and keeps its owner and group: a reader sees the old
/// one or the new one, and a power cut leaves one of both.
status replace_private_file(const std::string& path, std::string_view text);

/// Runs `change` while no other process runs one for the same file.
status with_file_lock(const std::string& path, const std::function<status()>& change);

} // namespace sagas
