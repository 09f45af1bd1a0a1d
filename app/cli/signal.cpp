// The verb that tells a saga what one of its steps waits for.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/verbs.hpp"

namespace sagas::cli {
namespace {

struct signal_options {
  std::string saga;
  std::string name;
  std::string content = "{}";
  std::string by;
};

void send_signal(session& with, const signal_options& options) {
  const auto content = text_argument(options.content);
  if (!content) {
    with.code = report_failure(with, content.error());
    return;
  }
  api_request request{.method = "POST",
                      .path = "/api/v1/sagas/" + url_encoded(options.saga) + "/senales/"
                              + url_encoded(options.name),
                      .body = *content};
  if (!options.by.empty())
    request.headers.emplace_back("Saga-Operador", options.by);
  if (const auto answer = ask(with, request))
    tell_state(with, *answer);
}

} // namespace

void add_signal(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("signal", "Send a signal that a step of a saga waits for");
  const auto options = std::make_shared<signal_options>();
  verb.add_option("saga", options->saga, "saga_id")->required();
  verb.add_option("name", options->name, "senal, as the definition names it")->required();
  verb.add_option("--data", options->content, "what it says: a JSON object, a file or -")
    ->capture_default_str();
  verb.add_option("--by", options->by, "who sends it; kept in the saga's history");
  add_client_options(verb, with);
  verb.footer("It may come before the step's turn, and again: the first one counts.\n\nExample:\n"
              "  sagas signal 01990000-0000-7000-8000-000000000000 aprobada --data "
              "'{\"por\":\"maria\"}'");
  verb.callback([&with, options] { send_signal(with, *options); });
}

} // namespace sagas::cli
