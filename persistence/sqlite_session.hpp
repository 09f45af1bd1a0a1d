// SQLite sessions through SOCI: how this room opens them, asks them, and turns what SOCI throws
// into values.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "saga/result.hpp"

namespace soci {
class session;
}

namespace sagas {

struct session_terms {
  std::string path;
  std::string vfs = {}; ///< of SQLite; empty: the system's
  bool read_only = false;
  std::chrono::milliseconds busy_timeout{5'000};
};

/// Opens a session on a file that exists. Throws what SOCI throws: call it inside as_value().
std::unique_ptr<soci::session> open_session(const session_terms& terms);

/// Sets a PRAGMA and reads it back, since SQLite ignores in silence what it can't do.
/// Throws when the answer is not `expected` (default: `value`).
void set_pragma(soci::session& session, const std::string& name, const std::string& value,
                const std::string& expected = {});

/// Lets SQLite tell after each commit how many pages the WAL holds. It no longer checkpoints by
/// itself then. `pages` must outlive the session.
void watch_wal(soci::session& session, int& pages);

/// Gives the session's SQL the function sagas_cubo(MILLISECONDS): the bucket of histogram.hpp.
void add_bucket_function(soci::session& session);

/// How long a statement waits for another connection's lock.
void set_busy_timeout(soci::session& session, std::chrono::milliseconds wait);

/// Ends whatever transaction is open. A failed commit may have rolled back by itself, so SQLite is
/// asked first. Throws.
void roll_back(soci::session& session);

/// What a result code of SQLite means for the caller.
failure sqlite_failure(int code, const std::string& message);

/// The failure that the exception in flight stands for. Only inside a catch block.
failure caught_failure();

/// Runs `work`, which gives a result or a status and may throw what SOCI throws.
template <class Work>
auto as_value(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return caught_failure();
  }
}

} // namespace sagas
