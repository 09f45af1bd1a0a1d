// sagas db: the care of the database.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/audit/audit.hpp"
#include "app/cli/config_flags.hpp"
#include "app/cli/row_progress.hpp"
#include "app/cli/verbs.hpp"
#include "app/payload_keys_file.hpp"
#include "app/private_copy.hpp"
#include "app/storage.hpp"
#include "persistence/mysql_care.hpp"
#include "persistence/payload_care.hpp"
#include "persistence/sqlite_care.hpp"

namespace sagas::cli {
namespace {

using json = nlohmann::ordered_json;

std::string base_of(const config& values) {
  return values.storage.type == storage_kind::sqlite ? values.db.path : place_of(server_of(values));
}

struct checked {
  database_findings itself;
  payload_findings payloads = {};
  audit::report sagas = {};

  bool sound() const {
    return itself.faults.empty() && payloads.locked == 0 && sagas.violations_total == 0;
  }
};

// The audit reads payloads: where one does not open, it can't.
result<checked> check_content(const database_findings& itself, const payload_keys_ptr& keys,
                              const audit::witnesses& who) {
  auto payloads = check_payloads(who.database, keys);
  if (!payloads)
    return payloads.error();
  checked found{itself, std::move(*payloads)};
  if (found.payloads.locked > 0)
    return found;
  auto sagas = audit::audit(who);
  if (!sagas)
    return sagas.error();
  found.sagas = std::move(*sagas);
  return found;
}

result<checked> check_mysql(const config& values, const payload_keys_ptr& keys) {
  const auto tables = check_mysql_tables(server_of(values));
  if (!tables)
    return tables.error();
  if (!tables->faults.empty()) // what lacks a column can't be copied
    return checked{*tables};
  const auto copy = private_copy::make(server_of(values), row_progress_line());
  if (!copy)
    return copy.error();
  return check_content(*tables, keys,
                       {.database = copy->path(), .taken = copy->begun(), .keys = keys});
}

result<checked> check_sqlite(const config& values, const payload_keys_ptr& keys) {
  const auto file = check_sqlite_file(values.db.path);
  if (!file)
    return file.error();
  return check_content(*file, keys, {.database = values.db.path, .keys = keys});
}

result<checked> check_database(const config& values) {
  const auto keys = payload_keys_of(values);
  if (!keys)
    return keys.error();
  return values.storage.type == storage_kind::sqlite ? check_sqlite(values, *keys)
                                                     : check_mysql(values, *keys);
}

json facts_of(const std::string& base, const checked& found) {
  json faults = found.itself.faults;
  for (const std::string& fault : found.payloads.faults)
    faults.push_back(fault);
  json facts{{"base", base},
             {"esquema", found.itself.version},
             {"sana", found.sound()},
             {"fallos", std::move(faults)}};
  facts["cargas"] = {{"planas", found.payloads.plain},
                     {"por_clave", found.payloads.by_key},
                     {"ilegibles", found.payloads.locked}};
  facts["auditoria"] = json::parse(audit::as_json(found.sagas));
  return facts;
}

// "4 payloads plain, 120 encrypted with 2026-11-26"
std::string told(const payload_findings& payloads) {
  std::string text = std::to_string(payloads.plain) + " payloads plain";
  for (const auto& [key, count] : payloads.by_key)
    text += ", " + std::to_string(count) + " encrypted with " + (key.empty() ? "no key" : key);
  if (payloads.locked > 0)
    text += "; " + std::to_string(payloads.locked) + " of them can't be opened";
  return text;
}

std::string text_of(const std::string& base, const checked& found) {
  std::string text;
  for (const auto* faults : {&found.itself.faults, &found.payloads.faults})
    for (const std::string& fault : *faults)
      text += fault + "\n";
  if (found.sagas.violations_total > 0)
    text += audit::as_text(found.sagas);
  if (found.payloads.locked > 0)
    text += "not audited, since not every payload can be read\n";
  return text + base + ": schema " + std::to_string(found.itself.version) + ", "
         + std::to_string(found.sagas.counts.sagas) + " sagas, " + told(found.payloads) + ": "
         + (found.sound() ? "sound" : "NOT sound");
}

void check(session& with, const config& values) {
  const auto found = check_database(values);
  if (!found) {
    with.code = report_failure(with, found.error());
    return;
  }
  with.code = found->sound() ? exit_ok : exit_negative;
  tell(with, facts_of(base_of(values), *found), text_of(base_of(values), *found));
}

void add_check(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("check", "Check the database and all that it holds");
  const auto flags = add_config_flags(verb, config_part::database);
  add_json_option(verb, with);
  verb.footer(
    R"(Of a SQLite file every page, index and reference, by SQLite; of a MySQL database its tables,
columns, indexes and counters. Then every payload is opened, and counted by the key that encrypts
it; and every saga by the audit ("sagas audit" also asks the participants' ledger), for MySQL on a
private copy under TMPDIR. Reads only, also beside a running server.

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
  CLI::App& verb = *root.add_subcommand(
    "db", "Check, back up, restore, upgrade, copy and encrypt the database");
  verb.require_subcommand(1);
  verb.footer("Example:\n  sagas db backup monday.db && sagas db check --db monday.db");
  add_check(verb, with);
  add_db_backup(verb, with);
  add_db_restore(verb, with);
  add_migrate(verb, with);
  add_db_copy(verb, with);
  add_db_archive(verb, with);
  add_db_new_key(verb, with);
  add_db_rekey(verb, with);
}

} // namespace sagas::cli
