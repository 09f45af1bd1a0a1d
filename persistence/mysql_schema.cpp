#include "persistence/mysql_schema.hpp"

#include <algorithm>
#include <cstdio>

#include <soci/soci.h>

#include "persistence/mysql_tables.hpp"

namespace sagas {
namespace {

constexpr std::size_t packet_min = std::size_t{16} << 20;
constexpr int lock_wait_s = 5; // below the session's read time-out

// Of ours: what is checked to be ours before anything is created.
constexpr const char* our_tables =
  "('sagas', 'pasos_saga', 'eventos_saga', 'claves_idempotencia', 'definiciones', 'nodos', "
  "'escritores', 'contadores', 'lotes', 'estadisticas_sagas', 'duraciones_sagas', "
  "'estadisticas_pasos', 'duraciones_pasos', 'servicios_de_tipos', 'sagas_retiradas', "
  "'cuentas_retiradas', 'ajustes', 'claves_cifrado')";

template <class T>
T ask(soci::session& session, const std::string& query) {
  T answer{};
  soci::indicator state = soci::i_null;
  session << query, soci::into(answer, state);
  return answer;
}

bool new_enough(const std::string& version) {
  int major = 0;
  int minor = 0;
  if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) != 2)
    return false;
  if (version.find("MariaDB") != std::string::npos)
    return major > 10 || (major == 10 && minor >= 6);
  return major >= 8;
}

// A statement holds what has been gathered for it and one more row of two documents, with every
// byte escaped.
std::size_t packet_for(std::size_t payload_max) {
  return std::max(packet_min, 4 * payload_max + packet_min / 4);
}

// Each session sets its own: another one means that somebody between here and the server has not
// passed it on. Without a strict one texts would be cut off silently.
status check_mode(const std::string& mode) {
  const auto has = [&](const char* word) { return mode.find(word) != std::string::npos; };
  if (has("STRICT_ALL_TABLES") && !has("NO_BACKSLASH_ESCAPES") && !has("ANSI_QUOTES"))
    return nothing{};
  return {errc::invalid_input,
          "the session's sql_mode is '" + mode
            + "' though STRICT_ALL_TABLES was set: connect without what changes it on the way"};
}

bool has_table(soci::session& session, const std::string& condition) {
  return ask<long long>(session, "SELECT count(*) FROM information_schema.tables WHERE "
                                 "table_schema = DATABASE() AND "
                                   + condition)
         > 0;
}

status check_ownership(soci::session& session) {
  const bool ours = has_table(session, "table_name = 'esquema'");
  const std::string found = ask<std::string>(
    session, std::string{"SELECT min(table_name) FROM information_schema.tables WHERE "
                         "table_schema = DATABASE() AND table_name IN "}
               + our_tables + (ours ? " AND engine <> 'InnoDB'" : ""));
  if (found.empty())
    return nothing{};
  if (ours)
    return {errc::corrupt, "the table " + found + " must be of the engine InnoDB: ALTER TABLE "
                             + found + " ENGINE=InnoDB"};
  return {errc::corrupt, "the database holds a table " + found
                           + " that is not of this program: name another database (db.name)"};
}

bool is_being_filled(soci::session& session) {
  return ask<long long>(session, "SELECT count(*) FROM esquema WHERE programa = 'copia'") > 0;
}

// Not every server knows CREATE INDEX or ADD COLUMN with IF NOT EXISTS.
void run_once(soci::session& session, const char* statement) {
  constexpr unsigned column_exists = 1060;
  constexpr unsigned index_exists = 1061;
  try {
    session << statement;
  } catch (const soci::soci_error&) {
    const unsigned code = caught_mysql_problem().code;
    if (code != column_exists && code != index_exists)
      throw;
  }
}

// Of a database that has the table `esquema`.
result<std::uint32_t> read_version(soci::session& session, mysql_filling when) {
  if (when == mysql_filling::refused && is_being_filled(session))
    return {errc::conflict, "the database holds a copy that was never finished: copy or restore "
                            "into it again"};
  const auto present = ask<long long>(session,
                                      "SELECT version FROM esquema WHERE programa = 'sagas'");
  if (present > mysql_tables::migrations().back().version)
    return {errc::conflict, "the database was written by a newer version of this program (schema "
                              + std::to_string(present) + "): run that version"};
  return static_cast<std::uint32_t>(present);
}

void make_schema_table(soci::session& session) {
  session << "CREATE TABLE IF NOT EXISTS esquema (programa VARCHAR(20) NOT NULL PRIMARY KEY, "
             "version INTEGER NOT NULL) ENGINE=InnoDB";
}

status run_migrations(soci::session& session,
                      std::span<const mysql_tables::migration> all = mysql_tables::migrations(),
                      mysql_filling when = mysql_filling::refused) {
  make_schema_table(session);
  session << "INSERT IGNORE INTO esquema VALUES ('sagas', 0)";
  const auto present = read_version(session, when);
  if (!present)
    return present.error();
  for (const mysql_tables::migration& each : all) {
    if (each.version <= *present)
      continue;
    for (const char* statement : each.statements)
      run_once(session, statement);
    session << "UPDATE esquema SET version = " << each.version << " WHERE programa = 'sagas'";
  }
  return nothing{};
}

// All of ours but `esquema`, whose mark stays.
void drop_tables(soci::session& session) {
  session << "SET SESSION foreign_key_checks = 0";
  for (;;) {
    const std::string table = ask<std::string>(
      session, std::string{"SELECT min(table_name) FROM information_schema.tables WHERE "
                           "table_schema = DATABASE() AND table_name IN "}
                 + our_tables);
    if (table.empty())
      break;
    session << "DROP TABLE " << table;
  }
  session << "SET SESSION foreign_key_checks = 1";
  session << "UPDATE esquema SET version = 0";
}

} // namespace

std::unique_ptr<soci::session> open_mysql_database(const mysql_terms& terms) {
  try {
    return open_mysql_session(terms);
  } catch (...) {
    if (caught_mysql_problem().code != 1049)
      throw;
  }
  mysql_terms none = terms;
  none.database.clear();
  std::string name = "`";
  for (const char each : terms.database)
    name += each == '`' ? "``" : std::string{each};
  *open_mysql_session(none) << "CREATE DATABASE IF NOT EXISTS " << name << "`";
  return open_mysql_session(terms);
}

result<std::unique_ptr<soci::session>> open_present_mysql_database(const mysql_terms& terms) {
  try {
    return open_mysql_session(terms);
  } catch (...) {
    if (caught_mysql_problem().code != 1049)
      throw;
  }
  return {errc::not_found, "there is no database " + terms.database + " (db.name)"};
}

result<std::uint32_t> stored_mysql_version(soci::session& session, mysql_filling when) {
  if (!has_table(session, "table_name = 'esquema'"))
    return {errc::not_found, "the database holds no sagas: name another one (db.name)"};
  return read_version(session, when);
}

status begin_mysql_filling(soci::session& session, std::uint32_t version) {
  if (const status ours = check_ownership(session); !ours)
    return ours;
  make_schema_table(session);
  if (is_being_filled(session))
    drop_tables(session);
  else if (ask<long long>(session, "SELECT max(version) FROM esquema") > 0)
    return {errc::conflict, "the database holds sagas already: name an empty one"};
  session << "INSERT IGNORE INTO esquema VALUES ('copia', 0)";
  return run_migrations(session, mysql_tables::migrations().first(version),
                        mysql_filling::expected);
}

void end_mysql_filling(soci::session& session) {
  session << "DELETE FROM esquema WHERE programa = 'copia'";
}

status check_mysql_server(soci::session& session, std::size_t payload_max) {
  const auto version = ask<std::string>(session, "SELECT VERSION()");
  if (!new_enough(version))
    return {errc::invalid_input,
            "the server is " + version + ": this program needs MariaDB 10.6 or MySQL 8.0 at least"};
  const auto flush = ask<long long>(session, "SELECT @@innodb_flush_log_at_trx_commit");
  if (flush != 1)
    return {errc::invalid_input, "the server's innodb_flush_log_at_trx_commit is "
                                   + std::to_string(flush)
                                   + ", which loses commits at a power cut: set it to 1"};
  const auto packet = ask<long long>(session, "SELECT @@max_allowed_packet");
  const auto needed = static_cast<long long>(packet_for(payload_max));
  if (packet < needed)
    return {errc::invalid_input, "the server's max_allowed_packet is " + std::to_string(packet)
                                   + ", too small for the largest document: set it to "
                                   + std::to_string(needed) + ", or lower http.body_max"};
  return check_mode(ask<std::string>(session, "SELECT @@sql_mode"));
}

status upgrade_mysql_schema(soci::session& session) {
  // The server's lock names are not a database's: the name is in it.
  const std::string name = "CONCAT('sagas-esquema-', LEFT(SHA2(DATABASE(), 256), 40))";
  if (ask<long long>(session, "SELECT GET_LOCK(" + name + ", " + std::to_string(lock_wait_s) + ")")
      != 1)
    return {errc::unavailable, "another process is changing the tables: try again"};
  status done = check_ownership(session);
  if (done)
    done = run_migrations(session);
  ask<long long>(session, "SELECT RELEASE_LOCK(" + name + ")");
  return done;
}

} // namespace sagas
