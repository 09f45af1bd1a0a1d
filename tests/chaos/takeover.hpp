// The database as another owner of it would touch it, in plain SQL.
#pragma once

#include <cstdint>
#include <string>

#include "saga/result.hpp"

namespace sagas::chaos {

/// Raises the epoch of the database, as a process does that takes it over.
/// @returns the number of the newest commit before that; errc::unavailable while somebody writes
result<std::int64_t> take_over(const std::string& database);

/// The number of the newest commit.
result<std::int64_t> newest_commit(const std::string& database);

} // namespace sagas::chaos
