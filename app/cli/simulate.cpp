// sagas def simulate: what a definition would do, on virtual time, without any server.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"
#include "app/quantity.hpp"
#include "saga/builtin.hpp"
#include "saga/definition_json.hpp"
#include "saga/simulate.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

struct simulate_options {
  std::string what;
  std::string script = "{}";
};

// A shipped type by its name, else a definition's text.
result<definition_ptr> find_definition(const std::string& what) {
  for (const definition_ptr& shipped : builtin_definitions())
    if (shipped->type == what)
      return shipped;
  const auto text = text_argument(what);
  if (!text)
    return text.error();
  return parse_definition(*text);
}

// "respuesta reservar ACCION #1 NEGOCIO: no hay saldo"
std::string told(const json& event) {
  std::string text = text_of(event, "suceso");
  for (const char* member : {"paso", "operacion"})
    if (const std::string word = text_of(event, member); !word.empty())
      text += " " + word;
  if (event.contains("intento"))
    text += " #" + text_of(event, "intento");
  if (const std::string outcome = text_of(event, "resultado"); !outcome.empty())
    text += " " + outcome;
  for (const char* member : {"motivo", "razon", "rechazado"})
    if (const std::string words = text_of(event, member); !words.empty())
      text += ": " + words;
  return event.value("sin_efecto", false) ? text + " (sin efecto)" : text;
}

std::string calls_of(const json& event) {
  std::string text;
  for (const json& call : event.value("llamadas", json::array()))
    text += (text.empty() ? "" : ", ") + text_of(call, "paso") + " " + text_of(call, "operacion")
            + " #" + text_of(call, "intento");
  return text;
}

void tell(const json& shown) {
  std::vector<std::vector<std::string>> rows{{"TIME", "EVENT", "ESTADO", "CALLS"}};
  for (const json& event : shown["traza"])
    rows.push_back({"+" + to_text(milliseconds{event.value("ms", 0)}), told(event),
                    text_of(event, "estado"), calls_of(event)});
  print(table(rows));
  const std::string error = text_of(shown, "error_mensaje");
  const std::string cut = text_of(shown, "cortada");
  print("\n" + text_of(shown, "estado") + " after "
        + to_text(milliseconds{shown.value("duracion_ms", 0)}) + (error.empty() ? "" : ": " + error)
        + (cut.empty() ? "" : " (cut: " + cut + ")") + "\n");
}

void simulate(session& with, const simulate_options& options) {
  const auto plan = find_definition(options.what);
  if (!plan) {
    with.code = report_failure(with, plan.error());
    return;
  }
  const auto script = text_argument(options.script);
  if (!script) {
    with.code = report_failure(with, script.error());
    return;
  }
  const auto shown = simulate_json(*plan, *script);
  if (!shown) {
    with.code = report_failure(with, shown.error());
    return;
  }
  if (with.json)
    print(std::string{shown->text()} + "\n");
  else
    tell(json::parse(shown->text()));
}

} // namespace

void add_simulate(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("simulate",
                                          "Show what a definition would do; needs no server");
  const auto options = std::make_shared<simulate_options>();
  verb
    .add_option("definition", options->what,
                "a JSON file, - for standard input, JSON, or the type of a shipped definition")
    ->required();
  verb.add_option("--script", options->script,
                  "what the participants answer and the operator decides: a file, -, or JSON");
  add_json_option(verb, with);
  verb.footer(
    R"(Time is virtual: an hour of retries takes no time. A step without a script is done at once.
The script: {"entrada": {...}, "guion": {"STEP": {"accion": [OUTCOME...], "compensacion": [...]}},
"decisiones": [{"en": "10s", "que": "cancelar"}]}; an OUTCOME is {"resultado": "hecho" | "negocio" |
"tecnico" | "desconocido" | "en_curso" | "sin_respuesta", "salida": {...}, "latencia": "50ms"}.

Example:
  sagas def simulate procesar_pago_comisiones --script '{"entrada": {"periodo": "2026-11"},
    "guion": {"generar_lote_pago": {"accion": [{"resultado": "negocio", "motivo": "sin fondos"}]}}}')");
  verb.callback([&with, options] { simulate(with, *options); });
}

} // namespace sagas::cli
