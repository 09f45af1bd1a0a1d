// A MySQL or MariaDB database as the source of a copy. Internal to persistence/.
#pragma once

#include "persistence/copied_rows.hpp"
#include "persistence/mysql_schema.hpp"

namespace sagas {

/// A database as it is at this moment, whatever is written to it meanwhile; rows come one by one as
/// the server reads them, so that no size takes memory. Errors: errc::not_found (no database, or
/// none of ours), errc::conflict (a newer program's, or a copy that was never finished),
/// errc::unavailable.
result<std::unique_ptr<copy_source>> read_mysql_rows(const mysql_terms& server,
                                                     mysql_filling when = mysql_filling::refused);

} // namespace sagas
