// sagas serve: the flags of the server.
#include <CLI/App.hpp>

#include "app/cli/config_flags.hpp"
#include "app/cli/verbs.hpp"
#include "app/serve.hpp"

namespace sagas::cli {

void add_serve(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("serve", "Run the server");
  const auto flags = add_config_flags(verb);
  verb.footer(
    R"(Prints one line with its URL on standard output once it accepts; the log goes to standard error.
SIGTERM or Ctrl-C: new starts are refused, what is being written is stored, exit 0; what is
unfinished goes on at the next start. A second one ends at once; nothing acknowledged is lost.

Examples:
  sagas serve                                     http://127.0.0.1:8003, file sagas.db
  sagas serve --port 0 --db /var/lib/sagas/sagas.db
  SAGAS_HTTP_PORT=9000 sagas serve --log debug    "sagas config" shows what holds)");
  verb.callback([&with, flags] {
    const auto loaded = load_config(flags->inputs());
    with.code = loaded ? serve(loaded->values)
                       : report_failure(with, {loaded.error().code, loaded.error().message});
  });
}

} // namespace sagas::cli
