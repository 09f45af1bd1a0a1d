// Reading the SQLite file of a running store through a pool of sessions that cannot write.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "persistence/payload_keys.hpp"
#include "saga/queries.hpp"
#include "saga/result.hpp"

namespace sagas {

/// Opens `sessions` (1 to 64) read-only sessions on the file of a store that is open already.
/// A query that finds no free session within `wait` answers errc::overloaded.
/// `vfs` is SQLite's; empty: the system's. `keys` open payloads. The queries must be destroyed
/// before the store.
result<std::unique_ptr<queries>>
open_sqlite_queries(const std::string& path, std::size_t sessions = 4,
                    std::chrono::milliseconds wait = std::chrono::seconds{2},
                    const std::string& vfs = {}, const payload_keys_ptr& keys = {});

} // namespace sagas
