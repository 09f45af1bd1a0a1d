// sagas db copy: all data into a database of another kind.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/config_flags.hpp"
#include "app/cli/row_progress.hpp"
#include "app/cli/verbs.hpp"
#include "app/storage.hpp"
#include "persistence/store_copy.hpp"

namespace sagas::cli {
namespace {

using json = nlohmann::ordered_json;

result<row_findings> copy(const config& from, const std::string& to) {
  if (from.storage.type == storage_kind::sqlite)
    return {errc::invalid_input, "a SQLite file is copied by: sagas db backup FILE"};
  return export_mysql({.from = server_of(from), .to = to, .progress = row_progress_line()});
}

} // namespace

void add_db_copy(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("copy", "Copy all data into a database of another kind");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto to = std::make_shared<std::string>();
  verb.add_option("--to", *to, "the SQLite file to make")->required();
  add_json_option(verb, with);
  verb.footer(
    R"(From MySQL or MariaDB to a new SQLite file, as of one moment, also while it is served; then both
are read back and compared, row by row. The file gets its name last.

Exit codes: 0 done and equal, 2 wrong flags, 3 it could not be read or written, or rows differ (each
is named), 4 no such database, 5 the file exists, or a server holds it.

Example:
  SAGAS_DB_PASSWORD_FILE=/run/secrets/db sagas db copy --storage-type mysql --db-host db.example \
    --to sagas.db)");
  verb.callback([&with, flags, to] {
    const auto from = configured_database(with, *flags);
    if (!from)
      return;
    const auto copied = copy(*from, *to);
    if (!copied)
      with.code = report_failure(with, copied.error());
    else if (with.json)
      print(json{{"copia", *to}, {"filas", copied->rows}}.dump(2) + "\n");
    else
      print(*to + ": " + std::to_string(copied->rows) + " rows, read back and equal\n");
  });
}

} // namespace sagas::cli
