// sagas audit: checks a run by what it left behind.
#include <memory>

#include <CLI/App.hpp>

#include "app/audit/audit.hpp"
#include "app/cli/config_flags.hpp"
#include "app/cli/row_progress.hpp"
#include "app/cli/verbs.hpp"
#include "app/payload_keys_file.hpp"
#include "app/private_copy.hpp"
#include "app/storage.hpp"

namespace sagas::cli {

namespace {

result<audit::report> audit_of(const config& values, audit::witnesses who) {
  auto keys = payload_keys_of(values);
  if (!keys)
    return keys.error();
  who.keys = std::move(*keys);
  if (values.storage.type == storage_kind::sqlite) {
    who.database = values.db.path;
    return audit::audit(who);
  }
  const auto copy = private_copy::make(server_of(values), row_progress_line());
  if (!copy)
    return copy.error();
  who.database = copy->path();
  who.taken = copy->begun();
  return audit::audit(who);
}

} // namespace

void add_audit(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand(
    "audit", "Check a database and its participants' ledger, by plain SQL");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto who = std::make_shared<audit::witnesses>();
  verb.add_option("--ledger", who->ledger,
                  "the participants' ledger; without it, what needs it is not checked");
  verb.add_option("--clients", who->clients, "the log of clients that have stopped");
  verb.add_flag("--ended", who->ended, "the run is over: every saga must have ended or be parked");
  add_json_option(verb, with);
  verb.footer(
    R"(Reads only, also while the server runs; shares no code with the engine or the store. A MySQL
database is copied to a private file under TMPDIR first, as large as it is, and that is checked.

Exit codes: 0 every promise was kept, 1 violations (each is named), 2 wrong flags or configuration,
3 a file or the database can't be read.

Examples:
  sagas audit --db sagas.db --ledger sagas.participants.db
  SAGAS_DB_PASSWORD_FILE=/run/secrets/db sagas audit --storage-type mysql --db-host db.example)");
  verb.callback([&with, flags, who] {
    const auto values = configured_database(with, *flags);
    if (!values)
      return;
    const auto found = audit_of(*values, *who);
    if (!found) {
      complain(found.error().message);
      with.code = exit_server;
      return;
    }
    print(with.json ? audit::as_json(*found) : audit::as_text(*found));
    with.code = found->violations_total == 0 ? exit_ok : exit_negative;
  });
}

} // namespace sagas::cli
