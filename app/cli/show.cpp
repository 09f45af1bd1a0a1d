// sagas show: one saga with every attempt of its steps.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

std::string steps_table(const json& steps) {
  std::vector<std::vector<std::string>> rows{
    {"#", "STEP", "MICROSERVICIO", "OPERACION", "TRY", "ESTADO", "SECONDS", "ERROR"}};
  std::size_t number = 0;
  for (const json& step : steps)
    rows.push_back(
      {std::to_string(++number), text_of(step, "nombre"), text_of(step, "microservicio"),
       text_of(step, "tipo_operacion"), text_of(step, "intento_numero"), text_of(step, "estado"),
       text_of(step, "duracion_segundos"), shortened(text_of(step, "error_mensaje"), 60)});
  return table(rows);
}

void show(session& with, const std::string& id) {
  const std::string path = "/api/v1/sagas/" + url_encoded(id);
  const auto saga = ask(with, {.path = path});
  if (!saga)
    return;
  const auto answer = ask(with, {.path = path + "/pasos"});
  if (!answer)
    return;
  const json steps = answer->is_object() ? answer->value("pasos", json::array()) : *answer;
  if (with.json) {
    print(json{{"saga", *saga}, {"pasos", steps}}.dump(2) + "\n");
    return;
  }
  std::string text;
  for (const char* member :
       {"saga_id", "tipo", "version", "estado", "campania_id", "usuario_id", "timestamp_inicio",
        "timestamp_fin", "duracion_total_segundos", "error_mensaje"})
    if (const std::string value = text_of(*saga, member); !value.empty()) {
      std::string name{member};
      name.resize(25, ' ');
      text += name + value + "\n";
    }
  print(text + "\n" + steps_table(steps));
}

} // namespace

void add_show(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("show", "Show a saga with every attempt of its steps");
  const auto id = std::make_shared<std::string>();
  verb.add_option("saga", *id, "saga_id")->required();
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas show 01990000-0000-7000-8000-000000000000");
  verb.callback([&with, id] { show(with, *id); });
}

} // namespace sagas::cli
