// Looking after encrypted payloads: how a database's are stored, and opening them one by one for
// those that read its tables by themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/payload_keys.hpp"
#include "persistence/payload_place.hpp"

namespace sagas {

struct payload_findings {
  std::uint64_t plain = 0;
  std::map<std::string, std::uint64_t> by_key; ///< sealed ones, by the name of their key
  std::uint64_t locked = 0;                    ///< of these, which could not be opened
  std::vector<std::string> faults;             ///< why not; the first 100
};

/// Opens every payload of a SQLite file, as it is at one moment; it may be live.
result<payload_findings> check_payloads(const std::string& path, const payload_keys_ptr& keys);

/// What was given to be stored at a place; of what cannot be opened errc::corrupt, which says why.
/// One thread at a time.
using payload_opener =
  std::function<result<std::string>(const payload_place& at, std::string_view stored)>;
payload_opener make_payload_opener(const payload_keys_ptr& keys);

} // namespace sagas
