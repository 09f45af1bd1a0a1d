// sagas health: whether a server accepts starts; for people, scripts and containers' health checks.
#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/verbs.hpp"

namespace sagas::cli {

void add_health(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("health", "Ask a server whether it accepts starts");
  add_client_options(verb, with);
  verb.footer("Exit code 0: it does; 3: it does not now, or nobody answers.\n\n"
              "Example:\n  sagas health --url http://127.0.0.1:8003");
  verb.callback([&with] {
    const auto answer = ask(with, {.path = "/readyz", .deadline = milliseconds{5'000}});
    if (answer)
      print(with.json ? answer->dump(2) + "\n" : "ready\n");
  });
}

} // namespace sagas::cli
