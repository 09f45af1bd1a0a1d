// The database under the server, as the faults and the proof see it: with plain SQL, from beside
// it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "saga/result.hpp"

namespace sagas::chaos {

/// One thread. What it answers is errc::unavailable while the database cannot be asked.
class database {
public:
  virtual ~database() = default;

  /// What tells the server to use it.
  virtual std::map<std::string, std::string> environment() const = 0;

  /// How many sagas have not ended.
  virtual result<std::uint64_t> in_flight() = 0;
  /// The number of the newest commit.
  virtual result<std::int64_t> newest_commit() = 0;
  /// Raises the epoch, as a process does that takes the database over. @returns the number of the
  /// newest commit before that; an error while somebody writes
  virtual result<std::int64_t> take_over() = 0;
  /// Waits until the server's process is known as the owner.
  virtual status await_owner() = 0;

  /// A SQLite file with all that is stored, for the audit: once nobody writes any more.
  virtual result<std::string> as_file() = 0;
};

} // namespace sagas::chaos
