// Sessions with a MySQL or MariaDB server through SOCI: how this room opens them, and what their
// errors mean. Internal to persistence/, but for the terms.
//
// A message names the error's number and what to do, never the server's own text: that one quotes
// the values of the row.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "saga/result.hpp"

namespace soci {
class session;
}

namespace sagas {

struct mysql_terms {
  std::string host = "localhost";
  int port = 3306;
  std::string socket = {}; ///< a Unix socket's path, instead of host and port
  std::string database = "sagas";
  std::string user = "sagas";
  std::string password = {};
  std::chrono::seconds connect_timeout{3}; ///< these three must be at least 1 s
  std::chrono::seconds read_timeout{10};
  std::chrono::seconds write_timeout{10};
};

/// Where a database is, for people: "HOST:PORT/NAME".
std::string place_of(const mysql_terms& terms);

/// What an error means for the transaction that it hit.
enum class mysql_trouble : std::uint8_t {
  lost,         ///< the connection is gone; of a COMMIT: the outcome is unknown
  redo,         ///< the server gave the transaction up: the same again
  back_off,     ///< it can't be reached, or takes no more: later
  not_writable, ///< it is read-only
  poison,       ///< a row that it never takes
  refused,      ///< credentials or privileges
  bug,          ///< anything else
};

/// The class of an error number of the server or of the client's library.
mysql_trouble classify(unsigned code);

struct mysql_problem {
  mysql_trouble kind = mysql_trouble::bug;
  unsigned code = 0; ///< 0: not an error of MySQL's
  failure why;
};

/// What the exception in flight stands for. Only inside a catch block.
mysql_problem caught_mysql_problem();
inline failure caught_mysql_failure() { return caught_mysql_problem().why; }

/// Opens a session: utf8mb4, strict, READ COMMITTED, UTC, no reconnecting; in a Galera cluster its
/// transactions see what every node has committed. Throws what SOCI throws: call it inside
/// as_mysql_value(). An empty database's name: none is chosen.
std::unique_ptr<soci::session> open_mysql_session(const mysql_terms& terms);

/// The server's number for this session's connection.
unsigned long connection_id(soci::session& session);

/// Runs `work`, which gives a result or a status and may throw what SOCI throws.
template <class Work>
auto as_mysql_value(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return caught_mysql_failure();
  }
}

} // namespace sagas
