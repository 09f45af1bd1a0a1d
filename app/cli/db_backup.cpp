// sagas db backup and restore: a SQLite file of one moment, whichever database it is of.
#include <iostream>
#include <memory>
#include <unistd.h>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/config_flags.hpp"
#include "app/cli/row_progress.hpp"
#include "app/cli/verbs.hpp"
#include "app/storage.hpp"
#include "persistence/sqlite_care.hpp"
#include "persistence/store_copy.hpp"

namespace sagas::cli {
namespace {

// What the verbs are asked for.
struct wish {
  std::string file;
  bool force = false;
};

// A line that is written over and over, for people who watch.
copy_progress page_progress_line() {
  if (::isatty(STDERR_FILENO) == 0)
    return {};
  return [](int done, int total) {
    std::cerr << "\r" << done << " of " << total << " pages" << (done == total ? "\n" : "")
              << std::flush;
  };
}

void backup_sqlite(session& with, const config& from, const wish& what) {
  const auto bytes = backup_sqlite_file({.from = from.db.path,
                                         .to = what.file,
                                         .replace = what.force,
                                         .progress = page_progress_line()});
  if (!bytes)
    with.code = report_failure(with, bytes.error());
  else
    tell(with, {{"base", from.db.path}, {"copia", what.file}, {"bytes", *bytes}},
         what.file + ": " + std::to_string(*bytes) + " bytes");
}

void backup_mysql(session& with, const config& from, const wish& what) {
  const mysql_terms server = server_of(from);
  const auto copied = export_mysql(
    {.from = server, .to = what.file, .replace = what.force, .progress = row_progress_line()});
  if (!copied)
    with.code = report_failure(with, copied.error());
  else
    tell(with, {{"base", place_of(server)}, {"copia", what.file}, {"filas", copied->rows}},
         what.file + ": " + std::to_string(copied->rows) + " rows, read back and equal");
}

void restore_sqlite(session& with, const config& to, const wish& what) {
  const auto aside = restore_sqlite_file({.backup = what.file,
                                          .to = to.db.path,
                                          .replace = what.force,
                                          .progress = page_progress_line()});
  if (!aside)
    with.code = report_failure(with, aside.error());
  else
    tell(with, {{"base", to.db.path}, {"copia", what.file}, {"anterior", *aside}},
         to.db.path + " is restored"
           + (aside->empty() ? "" : "; the one before it is now " + *aside));
}

void restore_mysql(session& with, const config& to, const wish& what) {
  const mysql_terms server = server_of(to);
  if (what.force) {
    with.code = report_failure(with, {errc::invalid_input,
                                      "a MySQL database is never replaced: give an empty one "
                                      "(db.name), or drop it yourself, and leave --force out"});
    return;
  }
  const auto copied = import_to_mysql({.from = what.file,
                                       .backup = true,
                                       .to = server,
                                       .epochs_lifted = true,
                                       .progress = row_progress_line()});
  if (!copied)
    with.code = report_failure(with, copied.error());
  else
    tell(with,
         {{"base", place_of(server)},
          {"copia", what.file},
          {"filas", copied->rows},
          {"reparadas", copied->mended}},
         place_of(server) + " is restored: " + std::to_string(copied->rows)
           + " rows, read back and equal");
}

using action = void (*)(session& with, const config& values, const wish& what);

void add(CLI::App& verb, session& with, const char* file, const char* force, action on_sqlite,
         action on_mysql) {
  const auto flags = add_config_flags(verb, config_part::database);
  const auto what = std::make_shared<wish>();
  verb.add_option("file", what->file, file)->required();
  verb.add_flag("--force", what->force, force);
  add_json_option(verb, with);
  verb.callback([&with, flags, what, on_sqlite, on_mysql] {
    if (const auto values = configured_database(with, *flags))
      (values->storage.type == storage_kind::sqlite ? on_sqlite : on_mysql)(with, *values, *what);
  });
}

} // namespace

void add_db_backup(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("backup", "Copy the database, also while it is served");
  add(verb, with, "the SQLite file to make", "replace the file when it exists", backup_sqlite,
      backup_mysql);
  verb.footer(
    R"(One consistent moment as a SQLite file, checked, synced, of mode 0600; it gets its name last, so
that there is a whole backup or none. Of a MySQL database every row is read back and compared.

Exit codes: 0 done, 3 it could not be read or written, 4 no such database, 5 the file exists.

Examples:
  sagas db backup --db sagas.db "backup-$(date +%F).db"
  SAGAS_DB_PASSWORD_FILE=/run/secrets/db sagas db backup --storage-type mysql --db-host db.example \
    monday.db)");
}

void add_db_restore(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("restore", "Put a backup in the database's place");
  add(verb, with, "the backup", "replace a SQLite file that exists; it is kept beside",
      restore_sqlite, restore_mysql);
  verb.footer(
    R"(Only while no server has the database. The backup is checked first and is not changed. A SQLite
file that is replaced stays beside as NAME.before-SECONDS; a MySQL database must be empty or not
exist, and every row is read back and compared before a server may open it. What had not ended at
the time of the backup goes on at the next start, under the same keys; later sagas are gone.

Exit codes: 0 done, 3 the backup is damaged or it could not be written, 4 no such backup,
5 a server holds the database, or it exists.

Examples:
  sagas db restore --db sagas.db backup-2026-11-25.db --force
  SAGAS_DB_PASSWORD_FILE=/run/secrets/db sagas db restore --storage-type mysql --db-host db.example \
    --db-name sagas_2 monday.db)");
}

} // namespace sagas::cli
