// A MySQL or MariaDB database as the target of a copy. Internal to persistence/.
#pragma once

#include "persistence/copied_rows.hpp"
#include "persistence/mysql_session.hpp"

namespace sagas {

/// A database that is ours alone until this is destroyed. It is marked as being filled, so that no
/// server opens it, until publish().
class mysql_target : public copy_target {
public:
  /// Sets the counters that MySQL has beside, lifts the epochs by so many, and takes the mark away:
  /// all at once.
  virtual status publish(std::uint64_t epochs) = 0;
};

/// Makes the tables of one version in an empty database, which is created where the user may, or in
/// place of a copy that was never finished. Errors: errc::conflict (it holds sagas, or a server has
/// it), errc::invalid_input (the server's settings), errc::corrupt, errc::unavailable.
result<std::unique_ptr<mysql_target>> fill_mysql_database(const mysql_terms& server,
                                                          std::uint32_t version);

} // namespace sagas
