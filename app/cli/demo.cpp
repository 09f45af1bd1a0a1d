// sagas demo.
#include "app/demo/demo.hpp"

#include <memory>

#include <CLI/App.hpp>

#include "app/cli/verbs.hpp"

namespace sagas::cli {

void add_demo(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand(
    "demo", "Run thousands of campaigns with failures and a kill -9, and check every one");
  const auto options = std::make_shared<demo::demo_options>();
  verb.add_flag("--exit", options->exit, "leave when done, instead of serving on");
  verb.add_option("--campaigns", options->campaigns, "how many")
    ->check(CLI::Range(std::size_t{1'000}, std::size_t{100'000}))
    ->capture_default_str();
  verb.add_option("--connections", options->connections, "of clients, at once")
    ->check(CLI::Range(std::size_t{1}, std::size_t{1'000}))
    ->capture_default_str();
  verb.add_option("--dir", options->folder,
                  "an empty folder for its files; a temporary one if not");
  verb.add_option("--port", options->port, "of its server; a free one unless given");
  add_json_option(verb, with);
  verb.footer(
    R"(Starts a server of its own on a fresh file. A share of the campaigns fails at every step, some
lose calls or replies, are cancelled, or need an operator; the server is killed in mid load and
started again. Then every campaign is compared with its plan, and the files are audited by SQL.

Exit codes: 0 all is as it must be, 1 a saga is missing or wrong (it is named), 3 it could not run.

Example:
  sagas demo --exit --campaigns 5000)");
  verb.callback([&with, options] {
    options->json = with.json;
    with.code = demo::demo(*options);
  });
}

} // namespace sagas::cli
