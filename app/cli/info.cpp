// sagas config and sagas version.
#include <CLI/App.hpp>

#include "app/cli/config_flags.hpp"
#include "app/cli/verbs.hpp"
#include "app/config_print.hpp"
#include "app/version.hpp"

namespace sagas::cli {

void add_config(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("config",
                                        "Print the effective configuration and where it came from");
  const auto flags = add_config_flags(verb);
  add_json_option(verb, with);
  verb.footer(
    "Flags beat the environment, which beats the file, which beats the defaults. Secrets "
    "are masked.\nA secret's variable with _FILE behind it names a file that holds it.\n\n"
    "Example:\n  SAGAS_HTTP_PORT=9000 sagas config --db /var/lib/sagas/sagas.db");
  verb.callback([&with, flags] {
    const auto loaded = load_config(flags->inputs());
    if (!loaded) {
      with.code = report_failure(with, {loaded.error().code, loaded.error().message});
      return;
    }
    print(with.json ? config_as_json(*loaded) : config_as_text(*loaded));
    for (const std::string& warning : warnings_about(loaded->values))
      complain("warning: " + warning);
  });
}

void add_version(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("version", "Print the version");
  add_json_option(verb, with);
  verb.footer("Example:\n  sagas version --json");
  verb.callback([&with] {
    const std::string version = version_text();
    print(with.json ? "{\"version\": \"" + version + "\"}\n" : "sagas " + version + "\n");
  });
}

} // namespace sagas::cli
