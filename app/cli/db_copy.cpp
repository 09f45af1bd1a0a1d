// sagas db copy: all data into a database of another kind.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/config_flags.hpp"
#include "app/cli/row_progress.hpp"
#include "app/cli/verbs.hpp"
#include "app/mysql_address.hpp"
#include "app/storage.hpp"
#include "persistence/store_copy.hpp"

namespace sagas::cli {
namespace {

bool is_address(const std::string& to) { return to.starts_with("mysql:"); }

result<row_findings> copy(const config& from, const std::string& to) {
  if (from.storage.type == storage_kind::mysql && !is_address(to))
    return export_mysql({.from = server_of(from), .to = to, .progress = row_progress_line()});
  if (from.storage.type == storage_kind::mysql)
    return {errc::invalid_input,
            "from MySQL to MySQL: make a file by sagas db backup, and restore it "
            "with the other database's configuration"};
  if (!is_address(to))
    return {errc::invalid_input, "a SQLite file is copied by: sagas db backup FILE"};
  const auto server = parse_mysql_address(to, server_of(from));
  if (!server)
    return server.error();
  return import_to_mysql({.from = from.db.path, .to = *server, .progress = row_progress_line()});
}

std::string told(const std::string& to, const row_findings& copied) {
  std::string text = to + ": " + std::to_string(copied.rows) + " rows, read back and equal";
  if (copied.mended > 0)
    text += "\nin " + std::to_string(copied.mended)
            + " of them U+FFFD stands for bytes that are no UTF-8, which MySQL refuses";
  return text;
}

} // namespace

void add_db_copy(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("copy", "Copy all data into a database of another kind");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto to = std::make_shared<std::string>();
  verb.add_option("--to", *to, "a new SQLite file, or mysql://[USER@]HOST[:PORT][/NAME]")
    ->required();
  add_json_option(verb, with);
  verb.footer(
    R"(From a SQLite file into a database on MySQL or MariaDB, or the other way, as of one moment; then
both are read back and compared, row by row. Of the address, what is left out is as configured
(db.user, db.port, db.name). The password is db.password alone: SAGAS_DB_PASSWORD_FILE. To move,
stop the server first: what it writes after the moment is not in the copy. The target must be empty
or not exist, or hold a copy that was interrupted; no server opens it until all is equal.

Exit codes: 0 done and equal, 2 wrong flags or a server's settings, 3 it could not be read or
written, or rows differ (each is named), 4 no such database, 5 the target holds sagas or a server
has it.

Examples:
  SAGAS_DB_PASSWORD_FILE=/run/secrets/db sagas db copy --db sagas.db --to mysql://sagas@db.example
  SAGAS_DB_PASSWORD_FILE=/run/secrets/db sagas db copy --storage-type mysql --db-host db.example \
    --to sagas.db)");
  verb.callback([&with, flags, to] {
    const auto from = configured_database(with, *flags);
    if (!from)
      return;
    const auto copied = copy(*from, *to);
    if (!copied)
      with.code = report_failure(with, copied.error());
    else
      tell(with, {{"copia", *to}, {"filas", copied->rows}, {"reparadas", copied->mended}},
           told(*to, *copied));
  });
}

} // namespace sagas::cli
