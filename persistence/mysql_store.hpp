// The durable store on a MySQL or MariaDB server, for production.
//
// One process writes to a database: it holds a lock of the server's, which goes with its
// connection, and an epoch that every one of its transactions writes. A process that has lost the
// lock without noticing writes nothing any more once another has opened the store.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "persistence/mysql_session.hpp"
#include "persistence/payload_keys.hpp"
#include "saga/store.hpp"

namespace sagas {

struct mysql_store_options {
  mysql_terms server;
  std::string node = "nodo-1";      ///< name of this node in `nodos`, at most 100 characters
  int writers = 4;                  ///< stores with a session each; 1 to 64
  std::chrono::hours feed_kept{24}; ///< how long events stay readable by a resumed feed
  /// How long a commit whose outcome is unknown is asked after, until it answers unknown_outcome.
  std::chrono::milliseconds settle_wait{30'000};
  /// How long opening waits for another process to give the database up. The server takes it from
  /// one that is frozen or cut off after mysql_owner_patience.
  std::chrono::milliseconds owner_wait{20'000};
  /// Bytes of the largest document that will be stored: the server must take it in one statement.
  std::size_t payload_max = std::size_t{1} << 20;
  payload_keys_ptr keys = {}; ///< that payloads are encrypted with; none: they are not
};

/// After this long without a sign of the process that holds a database, the server drops it.
inline constexpr std::chrono::seconds mysql_owner_patience{15};

/// Opens the stores of one node: all of one epoch, higher than any before; a saga's transitions
/// must always go to the same one. Creates the database where the user may, and creates or upgrades
/// the tables. Errors: errc::conflict (another process holds the database, or a newer program wrote
/// it), errc::corrupt (tables that are not ours), errc::invalid_input (the options, or the server's
/// settings), errc::unavailable (not reached, refused). The message says what to do.
result<store_list> open_mysql_stores(const mysql_store_options& options);

} // namespace sagas
