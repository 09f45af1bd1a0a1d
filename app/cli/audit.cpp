// sagas audit: checks a run by its files.
#include <memory>

#include <CLI/App.hpp>

#include "app/audit/audit.hpp"
#include "app/cli/verbs.hpp"

namespace sagas::cli {

void add_audit(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand(
    "audit", "Check a database and its participants' ledger, by plain SQL");
  const auto who = std::make_shared<audit::witnesses>();
  verb.add_option("--db", who->database, "the SQLite file of the server")->required();
  verb.add_option("--ledger", who->ledger,
                  "the participants' ledger; without it, what needs it is not checked");
  verb.add_option("--clients", who->clients, "the log of clients that have stopped");
  verb.add_flag("--ended", who->ended, "the run is over: every saga must have ended or be parked");
  add_json_option(verb, with);
  verb.footer(
    R"(Reads only, also while the server runs; shares no code with the engine or the store.

Exit codes: 0 every promise was kept, 1 violations (each is named), 3 a file can't be read.

Example:
  sagas audit --db sagas.db --ledger sagas.participants.db)");
  verb.callback([&with, who] {
    const auto found = audit::audit(*who);
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
