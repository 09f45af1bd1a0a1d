// sagas participants: who serves which microservicio, and registering web services that do.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

constexpr const char* path = "/api/v1/participantes";

std::string path_of(const std::string& service) {
  return std::string{path} + "/" + url_encoded(service);
}

std::shared_ptr<std::string> add_service_option(CLI::App& verb) {
  const auto service = std::make_shared<std::string>();
  verb.add_option("microservicio", *service, "the name that definitions call it by")->required();
  return service;
}

void list_participants(session& with) {
  const auto answer = ask(with, {.path = path});
  if (!answer)
    return;
  if (with.json)
    return print(answer->dump(2) + "\n");
  std::vector<std::vector<std::string>> rows{
    {"MICROSERVICIO", "KIND", "HEALTH", "CALLS", "FAILED", "UNDER WAY"}};
  for (const json& one : answer->value("participantes", json::array()))
    rows.push_back({text_of(one, "microservicio"), text_of(one, "clase"),
                    one.value("sano", false) ? "good" : "ill", text_of(one, "llamadas"),
                    text_of(one, "fallos"), text_of(one, "en_curso")});
  print(table(rows));
}

void add_list_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("list", "Who serves which microservicio, how it fares");
  add_client_options(verb, with);
  verb.footer("Ill: its last five calls failed. Example:\n  sagas participants list");
  verb.callback([&with] { list_participants(with); });
}

void add_show_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("show", "One of them, and how it was registered");
  const auto service = add_service_option(verb);
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas participants show pagos");
  verb.callback([&with, service] {
    if (const auto answer = ask(with, {.path = path_of(*service)}))
      print(answer->dump(2) + "\n");
  });
}

void add_set_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("set", "Register the web service that serves it");
  const auto service = add_service_option(verb);
  const auto document = std::make_shared<std::string>();
  verb
    .add_option("document", *document,
                "how it is called: a JSON file, - for standard input, or JSON")
    ->required();
  add_client_options(verb, with);
  verb.footer(R"(From now on its calls go there, also after a restart; before what --participants
lists and the built-in ones. Needs a key of scope admin where keys are needed.

A service on the server's own machine must be in its participants.targets. Secrets are
references: ${env:SAGAS_SECRET_...}, or ${file:NAME} in its folder participants.secrets.

Example:
  sagas participants set pagos '{"url": "https://pagos.example/{paso}/{operacion}",
    "headers": {"Authorization": "Bearer ${env:SAGAS_SECRET_PAGOS}"}, "concurrency": 32}')");
  verb.callback([&with, service, document] {
    const auto text = text_argument(*document);
    if (!text) {
      with.code = report_failure(with, text.error());
      return;
    }
    const auto answer = ask(with, {.method = "PUT", .path = path_of(*service), .body = *text});
    if (answer)
      tell(with, {{"microservicio", *service}}, *service + " is called there from now on");
  });
}

void add_remove_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("remove", "Take back what was registered");
  const auto service = add_service_option(verb);
  add_client_options(verb, with);
  verb.footer("Then it is served as if it had never been registered: by what --participants lists, "
              "by a built-in\none, or by nobody.\n\nExample:\n  sagas participants remove pagos");
  verb.callback([&with, service] {
    if (ask_raw(with, {.method = "DELETE", .path = path_of(*service)}))
      tell(with, {{"microservicio", *service}}, *service + " is no longer registered");
  });
}

} // namespace

void add_participants(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("participants",
                                        "List participants, and register web services");
  verb.require_subcommand(1);
  verb.footer("Example:\n  sagas participants set pagos pagos.json && sagas participants list");
  add_list_verb(verb, with);
  add_show_verb(verb, with);
  add_set_verb(verb, with);
  add_remove_verb(verb, with);
}

} // namespace sagas::cli
