// sagas webhooks: who is told of the events of sagas, and what could not be delivered.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

constexpr const char* path = "/api/v1/suscripciones";

std::string path_of(const std::string& name, const char* more = "") {
  return std::string{path} + "/" + url_encoded(name) + more;
}

std::shared_ptr<std::string> add_name_option(CLI::App& verb) {
  const auto name = std::make_shared<std::string>();
  verb.add_option("nombre", *name, "the subscription")->required();
  return name;
}

void list_webhooks(session& with) {
  const auto answer = ask(with, {.path = path});
  if (!answer)
    return;
  if (with.json)
    return print(answer->dump(2) + "\n");
  std::vector<std::vector<std::string>> rows{
    {"NAME", "STATE", "DELIVERED", "FAILED", "DEAD LETTERS", "LAG", "LAST FAULT"}};
  for (const json& one : answer->value("suscripciones", json::array()))
    rows.push_back({text_of(one, "nombre"), text_of(one, "estado"), text_of(one, "entregados"),
                    text_of(one, "intentos_fallidos"), text_of(one, "cartas"),
                    std::to_string(static_cast<int>(one.value("retraso_segundos", 0.0))) + "s",
                    text_of(one, "ultimo_fallo")});
  print(table(rows));
}

void add_list_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("list", "The subscriptions, and how they fare");
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas webhooks list");
  verb.callback([&with] { list_webhooks(with); });
}

void add_show_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("show", "One of them, as it was set up");
  const auto name = add_name_option(verb);
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas webhooks show avisos");
  verb.callback([&with, name] {
    if (const auto answer = ask(with, {.path = path_of(*name)}))
      print(answer->dump(2) + "\n");
  });
}

void add_set_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("set", "Subscribe a web service, or change how");
  const auto name = add_name_option(verb);
  const auto document = std::make_shared<std::string>();
  verb
    .add_option("document", *document,
                "where and which: a JSON file, - for standard input, or JSON")
    ->required();
  add_client_options(verb, with);
  verb.footer(
    R"(A new one is told what happens from now on; one that is changed goes on where it stands.
Needs a key of scope admin where keys are needed.

A service on the server's own machine must be in its participants.targets. Secrets are
references: ${env:SAGAS_SECRET_...}, or ${file:NAME} in its folder participants.secrets.

Example:
  sagas webhooks set avisos '{"url": "https://avisos.example/sagas",
    "firma": "${env:SAGAS_SECRET_AVISOS}", "eventos": ["saga"]}'
  sagas webhooks set guardia '{"url": "https://avisos.example/guardia",
    "eventos": ["atencion"], "atencion": {"cantidad": 100, "edad": "1h"}}')");
  verb.callback([&with, name, document] {
    const auto text = text_argument(*document);
    if (!text) {
      with.code = report_failure(with, text.error());
      return;
    }
    if (ask(with, {.method = "PUT", .path = path_of(*name), .body = *text}))
      tell(with, {{"nombre", *name}}, *name + " is told of events from now on");
  });
}

void add_remove_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("remove", "End a subscription");
  const auto name = add_name_option(verb);
  add_client_options(verb, with);
  verb.footer("Its dead letters go with it. To stop it for a while, set it with \"activa\": false."
              "\n\nExample:\n  sagas webhooks remove avisos");
  verb.callback([&with, name] {
    if (ask_raw(with, {.method = "DELETE", .path = path_of(*name)}))
      tell(with, {{"nombre", *name}}, *name + " is told of nothing any more");
  });
}

void list_dead(session& with, const std::string& name) {
  const auto answer = ask(with, {.path = path_of(name, "/cartas?limite=1000")});
  if (!answer)
    return;
  if (with.json)
    return print(answer->dump(2) + "\n");
  std::vector<std::vector<std::string>> rows{
    {"POSITION", "SAGA", "GIVEN UP", "ATTEMPTS", "CAUSE", "REASON", "SENT AGAIN"}};
  for (const json& one : answer->value("cartas", json::array())) {
    const json event = one.value("evento", json());
    rows.push_back({text_of(one, "posicion"), event.is_object() ? text_of(event, "subject") : "",
                    age_of(one, "momento"), text_of(one, "intentos"), text_of(one, "codigo"),
                    text_of(one, "motivo"), one.value("reenviando", false) ? "yes" : ""});
  }
  print(table(rows));
  if (const std::string more = text_of(*answer, "siguiente"); !more.empty())
    print("there are more behind " + more + "\n");
}

void add_dead_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("dead", "What could not be delivered");
  const auto name = add_name_option(verb);
  const auto position = std::make_shared<std::string>();
  verb.add_option("--remove", *position, "remove the dead letter of this position for good");
  add_client_options(verb, with);
  verb.footer("Events that were given up, and gaps, which name no saga: the events in them are "
              "lost.\n\nExample:\n  sagas webhooks dead avisos\n"
              "  sagas webhooks dead avisos --remove 12-3");
  verb.callback([&with, name, position] {
    if (position->empty())
      return list_dead(with, *name);
    const std::string which = path_of(*name, "/cartas/") + url_encoded(*position);
    if (ask_raw(with, {.method = "DELETE", .path = which}))
      tell(with, {{"posicion", *position}}, *position + " is removed");
  });
}

void add_resend_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("resend", "Send what could not be delivered again");
  const auto name = add_name_option(verb);
  const auto position = std::make_shared<std::string>();
  verb.add_option("position", *position, "of the one to send; absent: all");
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas webhooks resend avisos\n  sagas webhooks resend avisos 12-3");
  verb.callback([&with, name, position] {
    json order = json::object();
    if (!position->empty())
      order["posicion"] = *position;
    const auto answer = ask(
      with, {.method = "POST", .path = path_of(*name, "/cartas/reenviar"), .body = order.dump()});
    if (answer)
      tell(with, *answer, text_of(*answer, "cartas") + " on their way again");
  });
}

} // namespace

void add_webhooks(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("webhooks", "Tell web services of the events of sagas");
  verb.require_subcommand(1);
  verb.footer("Example:\n  sagas webhooks set avisos avisos.json && sagas webhooks list");
  add_list_verb(verb, with);
  add_show_verb(verb, with);
  add_set_verb(verb, with);
  add_remove_verb(verb, with);
  add_dead_verb(verb, with);
  add_resend_verb(verb, with);
}

} // namespace sagas::cli
