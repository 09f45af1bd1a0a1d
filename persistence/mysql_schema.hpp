// The tables of the store as MySQL and MariaDB hold them: names and meanings as in schema.hpp.
//
// What differs: times are DATETIME(3), every text compares by its bytes (utf8mb4_bin), there are no
// partial indexes, each of the statistics' rows belongs to one writer (add them up), and
//   esquema      the version of these tables; a row 'copia' beside while a copy fills them
//   escritores   one row a writer: the epoch it writes for, and its newest transaction
//   contadores   'epoca', the highest epoch given, and 'lote', the number of the newest commit
#pragma once

#include <cstddef>

#include "persistence/mysql_session.hpp"
#include "saga/result.hpp"

namespace soci {
class session;
}

namespace sagas {

/// Opens a session on the database, which is created when it is absent and the user may. Throws.
std::unique_ptr<soci::session> open_mysql_database(const mysql_terms& terms);

/// Opens a session on a database that must be there; `terms` that name none: errc::not_found.
/// Throws.
result<std::unique_ptr<soci::session>> open_present_mysql_database(const mysql_terms& terms);

/// Of a database that is being filled by a copy: nobody serves it until that is finished.
enum class mysql_filling : std::uint8_t { refused, expected };

/// The version of the tables. errc::not_found: there are none of ours; errc::conflict: a newer
/// program's, or a copy that was never finished. Throws what SOCI throws.
result<std::uint32_t> stored_mysql_version(soci::session& session,
                                           mysql_filling when = mysql_filling::refused);

/// Makes the empty tables of one version in a database that holds none of ours, or a copy that was
/// never finished, which is dropped; marks the database as being filled. errc::conflict: it holds
/// sagas; errc::corrupt: tables that are not ours. Throws what SOCI throws.
status begin_mysql_filling(soci::session& session, std::uint32_t version);
/// Takes the mark away, within the transaction that is open. Throws what SOCI throws.
void end_mysql_filling(soci::session& session);

/// Whether this server's version and settings can hold the store; says what to do when not.
/// `payload_max`: bytes of the largest document. Throws what SOCI throws.
status check_mysql_server(soci::session& session, std::size_t payload_max = std::size_t{1} << 20);

/// Creates the tables in an empty database, and brings older ones up to date; one process at a
/// time. errc::conflict: a newer program's, or an unfinished copy; errc::corrupt: tables of these
/// names that are not ours. Throws what SOCI throws.
status upgrade_mysql_schema(soci::session& session);

} // namespace sagas
