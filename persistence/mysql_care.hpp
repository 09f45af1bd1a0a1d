// The care of a store's database on a MySQL or MariaDB server: look at its tables, upgrade them.
// Copies of it, for backups too, are in store_copy.hpp.
#pragma once

#include "persistence/care_findings.hpp"
#include "persistence/mysql_session.hpp"

namespace sagas {

/// Whether the tables are as this program makes them: each with its columns, key, indexes, engine
/// and collation, and the counters not behind. Reads only, also while it is served. Errors:
/// errc::not_found (no such database, or none of ours), errc::conflict (a newer program's, or an
/// unfinished copy), errc::unavailable.
result<database_findings> check_mysql_tables(const mysql_terms& server);

/// Brings the tables of a database that no server holds up to date; `try_only` only tells. Errors:
/// as above, and errc::conflict when a server holds it.
result<schema_step> upgrade_mysql_tables(const mysql_terms& server, bool try_only);

} // namespace sagas
