// sagas db: the care of the database's file.
#include <iostream>
#include <memory>
#include <unistd.h>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/audit/audit.hpp"
#include "app/cli/config_flags.hpp"
#include "app/cli/verbs.hpp"
#include "persistence/sqlite_care.hpp"

namespace sagas::cli {
namespace {

using json = nlohmann::ordered_json;

// The path of the SQLite file that the configuration names; else tells why there is none.
std::optional<std::string> database_of(session& with, const config_flags& flags) {
  const auto values = configured_database(with, flags);
  if (!values)
    return std::nullopt;
  if (values->storage.type == storage_kind::sqlite)
    return values->db.path;
  with.code = report_failure(with, {errc::invalid_input,
                                    "this works on SQLite files; a MySQL database is copied and "
                                    "checked by its server's own tools, see docs/stores.md"});
  return std::nullopt;
}

void tell(const session& with, const json& facts, const std::string& text) {
  print(with.json ? facts.dump(2, ' ', false, json::error_handler_t::replace) + "\n" : text + "\n");
}

// A line that is written over and over, for people who watch.
copy_progress progress_line() {
  if (::isatty(STDERR_FILENO) == 0)
    return {};
  return [](int done, int total) {
    std::cerr << "\r" << done << " of " << total << " pages" << (done == total ? "\n" : "")
              << std::flush;
  };
}

void check(session& with, const std::string& path) {
  const auto file = check_sqlite_file(path);
  if (!file) {
    with.code = report_failure(with, file.error());
    return;
  }
  const auto found = audit::audit({.database = path});
  if (!found) {
    with.code = report_failure(with, found.error());
    return;
  }
  const bool sound = file->faults.empty() && found->violations_total == 0;
  with.code = sound ? exit_ok : exit_negative;
  json facts{{"base", path}, {"esquema", file->version}, {"sana", sound}, {"fallos", file->faults}};
  facts["auditoria"] = json::parse(audit::as_json(*found));
  std::string text;
  for (const std::string& fault : file->faults)
    text += fault + "\n";
  text += sound ? "" : audit::as_text(*found);
  tell(with, facts,
       text + path + ": schema " + std::to_string(file->version) + ", "
         + std::to_string(found->counts.sagas) + " sagas, " + (sound ? "sound" : "NOT sound"));
}

void add_check(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("check", "Check the file and all that it holds");
  const auto flags = add_config_flags(verb, config_part::database);
  add_json_option(verb, with);
  verb.footer(
    R"(Every page, index and reference by SQLite, then every saga by the audit ("sagas audit" also asks
the participants' ledger). Reads only, also beside a running server.

Exit codes: 0 sound, 1 faults (each is named), 3 damaged beyond reading or no database of sagas,
4 no such file, 5 written by a newer version.

Example:
  sagas db check --db sagas.db)");
  verb.callback([&with, flags] {
    if (const auto path = database_of(with, *flags))
      check(with, *path);
  });
}

void add_backup(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("backup", "Copy the database, also while it is served");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto to = std::make_shared<std::string>();
  const auto force = std::make_shared<bool>(false);
  verb.add_option("file", *to, "the file to make")->required();
  verb.add_flag("--force", *force, "replace the file when it exists");
  add_json_option(verb, with);
  verb.footer(
    R"(One consistent moment, checked, synced, of mode 0600; the file gets its name last, so that there
is a whole backup or none.

Exit codes: 0 done, 3 it could not be read or written, 4 no such database, 5 the file exists.

Example:
  sagas db backup --db sagas.db "backup-$(date +%F).db")");
  verb.callback([&with, flags, to, force] {
    const auto from = database_of(with, *flags);
    if (!from)
      return;
    const auto bytes = backup_sqlite_file(
      {.from = *from, .to = *to, .replace = *force, .progress = progress_line()});
    if (!bytes)
      with.code = report_failure(with, bytes.error());
    else
      tell(with, {{"base", *from}, {"copia", *to}, {"bytes", *bytes}},
           *to + ": " + std::to_string(*bytes) + " bytes");
  });
}

void add_restore(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("restore", "Put a backup in the database's place");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto backup = std::make_shared<std::string>();
  const auto force = std::make_shared<bool>(false);
  verb.add_option("file", *backup, "the backup")->required();
  verb.add_flag("--force", *force, "replace a database that exists; it is kept beside");
  add_json_option(verb, with);
  verb.footer(
    R"(Only while no server has the database. The backup is checked first and is not changed. A database
that is replaced stays beside as NAME.before-SECONDS. What had not ended at the time of the backup
goes on at the next start, under the same keys; later sagas are gone.

Exit codes: 0 done, 3 the backup is damaged or it could not be written, 4 no such backup,
5 a server holds the database, or it exists.

Example:
  sagas db restore --db sagas.db backup-2026-11-25.db --force)");
  verb.callback([&with, flags, backup, force] {
    const auto to = database_of(with, *flags);
    if (!to)
      return;
    const auto aside = restore_sqlite_file(
      {.backup = *backup, .to = *to, .replace = *force, .progress = progress_line()});
    if (!aside)
      with.code = report_failure(with, aside.error());
    else
      tell(with, {{"base", *to}, {"copia", *backup}, {"anterior", *aside}},
           *to + " is restored" + (aside->empty() ? "" : "; the one before it is now " + *aside));
  });
}

void add_migrate(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("migrate", "Bring the database's schema up to date");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto only_tell = std::make_shared<bool>(false);
  verb.add_flag("--dry-run", *only_tell, "only tell what would be done");
  add_json_option(verb, with);
  verb.footer(
    R"("sagas serve" does it too; this does it apart, for instance to know how long it takes on a copy.

Exit codes: 0 up to date now (or would be), 3 no database of sagas, 4 no such file, 5 a server holds
it, or a newer version wrote it.

Example:
  sagas db migrate --db sagas.db --dry-run)");
  verb.callback([&with, flags, only_tell] {
    const auto path = database_of(with, *flags);
    if (!path)
      return;
    const auto done = upgrade_sqlite_file(*path, *only_tell);
    if (!done) {
      with.code = report_failure(with, done.error());
      return;
    }
    const std::string from = std::to_string(done->from), to = std::to_string(done->to);
    tell(with,
         {{"base", *path}, {"desde", done->from}, {"hasta", done->to}, {"ensayo", *only_tell}},
         *path
           + (done->from == done->to ? ": schema " + to + ", nothing to do"
              : *only_tell           ? ": would go from schema " + from + " to " + to
                                     : ": from schema " + from + " to " + to));
  });
}

} // namespace

void add_db(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("db", "Check, back up, restore and upgrade the database");
  verb.require_subcommand(1);
  verb.footer("Example:\n  sagas db backup monday.db && sagas db check --db monday.db");
  add_check(verb, with);
  add_backup(verb, with);
  add_restore(verb, with);
  add_migrate(verb, with);
  add_db_copy(verb, with);
}

} // namespace sagas::cli
