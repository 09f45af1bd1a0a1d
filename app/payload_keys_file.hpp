// The file of the keys that payloads are encrypted with.
#pragma once

#include <string>

#include "app/config.hpp"
#include "persistence/payload_keys.hpp"

namespace sagas {

/// errc::not_found when there is no such file; invalid_input for one that is malformed, or that
/// others than its owner may read. A file of root's may be read by its group, as secrets are that
/// containers are given.
result<payload_keys_ptr> read_payload_keys(const std::string& path);

/// Those of db.payload_keys; null when none are configured. Each error is one line with its remedy.
result<payload_keys_ptr> payload_keys_of(const config& values);

/// Adds a new key that seals from now on, and makes the file when it is missing.
/// @param id empty: of the day
/// @returns the key's name
result<std::string> add_payload_key(const std::string& path, std::string id);

} // namespace sagas
