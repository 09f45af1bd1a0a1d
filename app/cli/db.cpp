// sagas db: the care of the database.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/audit/audit.hpp"
#include "app/cli/config_flags.hpp"
#include "app/cli/row_progress.hpp"
#include "app/cli/verbs.hpp"
#include "app/private_copy.hpp"
#include "app/storage.hpp"
#include "persistence/mysql_care.hpp"
#include "persistence/sqlite_care.hpp"

namespace sagas::cli {
namespace {

using json = nlohmann::ordered_json;

std::string base_of(const config& values) {
  return values.storage.type == storage_kind::sqlite ? values.db.path : place_of(server_of(values));
}

struct checked {
  database_findings itself;
  audit::report sagas;
};

result<checked> check_mysql(const config& values) {
  const auto tables = check_mysql_tables(server_of(values));
  if (!tables)
    return tables.error();
  if (!tables->faults.empty()) // what lacks a column can't be copied
    return checked{*tables, {}};
  const auto copy = private_copy::make(server_of(values), row_progress_line());
  if (!copy)
    return copy.error();
  auto found = audit::audit({.database = copy->path(), .taken = copy->begun()});
  if (!found)
    return found.error();
  return checked{*tables, std::move(*found)};
}

result<checked> check_sqlite(const config& values) {
  const auto file = check_sqlite_file(values.db.path);
  if (!file)
    return file.error();
  auto found = audit::audit({.database = values.db.path});
  if (!found)
    return found.error();
  return checked{*file, std::move(*found)};
}

void check(session& with, const config& values) {
  const auto found = values.storage.type == storage_kind::sqlite ? check_sqlite(values)
                                                                 : check_mysql(values);
  if (!found) {
    with.code = report_failure(with, found.error());
    return;
  }
  const auto& [itself, sagas] = *found;
  const bool sound = itself.faults.empty() && sagas.violations_total == 0;
  with.code = sound ? exit_ok : exit_negative;
  json facts{{"base", base_of(values)},
             {"esquema", itself.version},
             {"sana", sound},
             {"fallos", itself.faults}};
  facts["auditoria"] = json::parse(audit::as_json(sagas));
  std::string text;
  for (const std::string& fault : itself.faults)
    text += fault + "\n";
  text += sound ? "" : audit::as_text(sagas);
  tell(with, facts,
       text + base_of(values) + ": schema " + std::to_string(itself.version) + ", "
         + std::to_string(sagas.counts.sagas) + " sagas, " + (sound ? "sound" : "NOT sound"));
}

void add_check(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("check", "Check the database and all that it holds");
  const auto flags = add_config_flags(verb, config_part::database);
  add_json_option(verb, with);
  verb.footer(
    R"(Of a SQLite file every page, index and reference, by SQLite; of a MySQL database its tables,
columns, indexes and counters. Then every saga by the audit ("sagas audit" also asks the
participants' ledger), for MySQL on a private copy under TMPDIR. Reads only, also beside a running
server.

Exit codes: 0 sound, 1 faults (each is named), 3 damaged beyond reading, or not reached,
4 no such file or database, 5 written by a newer version, or an unfinished copy.

Example:
  sagas db check --db sagas.db)");
  verb.callback([&with, flags] {
    if (const auto values = configured_database(with, *flags))
      check(with, *values);
  });
}

void migrate(session& with, const config& values, bool only_tell) {
  const auto done = values.storage.type == storage_kind::sqlite
                      ? upgrade_sqlite_file(values.db.path, only_tell)
                      : upgrade_mysql_tables(server_of(values), only_tell);
  if (!done) {
    with.code = report_failure(with, done.error());
    return;
  }
  const std::string from = std::to_string(done->from), to = std::to_string(done->to);
  const std::string base = base_of(values);
  tell(with, {{"base", base}, {"desde", done->from}, {"hasta", done->to}, {"ensayo", only_tell}},
       base
         + (done->from == done->to ? ": schema " + to + ", nothing to do"
            : only_tell            ? ": would go from schema " + from + " to " + to
                                   : ": from schema " + from + " to " + to));
}

void add_migrate(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("migrate", "Bring the database's schema up to date");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto only_tell = std::make_shared<bool>(false);
  verb.add_flag("--dry-run", *only_tell, "only tell what would be done");
  add_json_option(verb, with);
  verb.footer(
    R"("sagas serve" does it too; this does it apart, for instance to know how long it takes on a copy.

Exit codes: 0 up to date now (or would be), 3 no database of sagas, or not reached, 4 no such file or
database, 5 a server holds it, or a newer version wrote it.

Example:
  sagas db migrate --db sagas.db --dry-run)");
  verb.callback([&with, flags, only_tell] {
    if (const auto values = configured_database(with, *flags))
      migrate(with, *values, *only_tell);
  });
}

} // namespace

void add_db(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("db",
                                        "Check, back up, restore, upgrade and copy the database");
  verb.require_subcommand(1);
  verb.footer("Example:\n  sagas db backup monday.db && sagas db check --db monday.db");
  add_check(verb, with);
  add_db_backup(verb, with);
  add_db_restore(verb, with);
  add_migrate(verb, with);
  add_db_copy(verb, with);
  add_db_archive(verb, with);
}

} // namespace sagas::cli
