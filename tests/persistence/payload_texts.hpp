// Keys of payloads, and looking for what must not stand in a database.
#pragma once

#include <string>
#include <vector>

#include "persistence/payload_keys.hpp"

namespace sagas::test {

/// The text of a file of keys: a line each, the same for the same name and salt.
std::string key_lines(const std::vector<std::string>& ids, char salt = 'a');

/// The first seals; "plain" in front: none does.
payload_keys_ptr test_keys(const std::vector<std::string>& ids, char salt = 'a');

/// Whether some file of a folder, or of the folders in it, holds these bytes.
bool holds_bytes(const std::string& folder, const std::string& bytes);

} // namespace sagas::test
