// The verbs that steer a saga: cancel, pause, resume; and the decisions about a parked one.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/verbs.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

struct steering_options {
  std::string saga;
  std::string step;
  std::string reason;
  std::string by;
  std::string output;
  std::string input;
  bool dry_run = false;
};

struct steering_verb {
  const char* name;
  const char* route; ///< the last segment of the path
  const char* doc;
  const char* example;
  bool decides = false; ///< about a step
};

constexpr steering_verb verbs[] = {
  {"cancel", "cancelar", "Cancel a saga: what was done is undone",
   "sagas cancel 01990000-0000-7000-8000-000000000000 --reason 'budget withdrawn'"},
  {"pause", "pausar", "Pause a saga: nothing new is sent until it is resumed",
   "sagas pause 01990000-0000-7000-8000-000000000000"},
  {"resume", "reanudar", "Resume a paused saga",
   "sagas resume 01990000-0000-7000-8000-000000000000"},
  {"undo", "compensar",
   "Undo a saga that has ended well: another saga does, and this one stays as it is",
   "sagas undo 01990000-0000-7000-8000-000000000000 --reason 'launched by mistake' --dry-run"},
  {"retry", "reintentar", "Try the step again that a saga is parked at",
   "sagas retry 01990000-0000-7000-8000-000000000000 detener_tracking --reason 'tracking is back'",
   true},
  {"skip", "omitir", "Go on without the step that a saga is parked at",
   "sagas skip 01990000-0000-7000-8000-000000000000 detener_tracking --reason 'nothing to stop'",
   true},
  {"complete", "completar", "Take the step as done: it has been done by hand",
   "sagas complete 01990000-0000-7000-8000-000000000000 procesar_transferencias --output "
   "'{\"lote\":\"b-7\"}' --reason 'paid at the counter'",
   true},
  {"fail", "fallar", "Give the step up that a saga is parked at",
   "sagas fail 01990000-0000-7000-8000-000000000000 procesar_transferencias --reason 'closed'",
   true},
  {"compensate", "compensar",
   "Turn back a saga that is parked behind its point of no return: what can be undone is",
   "sagas compensate 01990000-0000-7000-8000-000000000000 estadisticas --reason 'lote anulado' "
   "--dry-run",
   true},
};

using ordered_json = nlohmann::ordered_json; // what people wrote stays in their order

result<ordered_json> body_of(const steering_options& options) {
  ordered_json body = ordered_json::object();
  if (!options.reason.empty())
    body["razon"] = options.reason;
  struct document_flag {
    const char* flag;
    const char* member;
    const std::string& argument;
  };
  for (const document_flag& each : {document_flag{"--output", "salida", options.output},
                                    document_flag{"--input", "entrada", options.input}}) {
    if (each.argument.empty())
      continue;
    const auto text = text_argument(each.argument);
    if (!text)
      return text.error();
    ordered_json value = ordered_json::parse(*text, nullptr, false);
    if (!value.is_object())
      return {errc::invalid_input, std::string{each.flag} + " must be a JSON object"};
    body[each.member] = std::move(value);
  }
  return body;
}

std::string listed(const json& calls) {
  std::string text;
  for (const json& call : calls)
    text += "  " + text_of(call, "paso") + " " + text_of(call, "operacion") + " #"
            + text_of(call, "intento") + " to " + text_of(call, "microservicio") + "\n";
  return text;
}

void tell_preview(const json& what) {
  const json calls = what.value("llamadas", json::array());
  const json then = what.value("si_todo_va_bien", json::object());
  const json further = then.value("llamadas", json::array());
  const std::string until = text_of(what.value("espera", json::object()), "hasta");
  print("Nothing is changed. It would stand at " + text_of(what, "estado")
        + (calls.empty() ? ", with nothing sent.\n" : ", with this sent at once:\n") + listed(calls)
        + (until.empty() ? "" : "It would wait until " + until + " at most.\n")
        + (further.empty() ? "" : "If all goes well there follow:\n") + listed(further)
        + "If all goes well it ends up as " + text_of(then, "estado") + ".\n");
}

void steer(session& with, const steering_verb& verb, const steering_options& options) {
  const auto body = body_of(options);
  if (!body) {
    with.code = report_failure(with, body.error());
    return;
  }
  std::string path = "/api/v1/sagas/" + url_encoded(options.saga);
  if (verb.decides)
    path += "/pasos/" + url_encoded(options.step);
  path += std::string{"/"} + verb.route + (options.dry_run ? "?simular=true" : "");
  api_request request{.method = "POST", .path = path, .body = body->dump()};
  if (!options.by.empty())
    request.headers.emplace_back("Saga-Operador", options.by);
  const auto answer = ask(with, request);
  if (!answer)
    return;
  if (options.dry_run && !with.json)
    return tell_preview(*answer);
  tell_state(with, *answer);
}

std::string operator_name() {
  const char* user = std::getenv("USER"); // NOLINT(concurrency-mt-unsafe): one thread by then
  return user ? user : "";
}

} // namespace

void add_steering(CLI::App& root, session& with) {
  for (const steering_verb& what : verbs) {
    CLI::App& verb = *root.add_subcommand(what.name, what.doc);
    const auto options = std::make_shared<steering_options>();
    options->by = operator_name();
    verb.add_option("saga", options->saga, "saga_id")->required();
    if (what.decides)
      verb.add_option("step", options->step, "nombre of the step")->required();
    if (std::string_view{what.name} == "complete")
      verb.add_option("--output", options->output, "salida of the step: JSON, a file or -");
    if (std::string_view{what.name} == "retry")
      verb.add_option("--input", options->input,
                      "what the step is sent with from now on: JSON, a file or -");
    verb.add_option("--reason", options->reason, "why; kept in the saga's history")
      ->required(what.decides);
    verb.add_option("--by", options->by, "who; kept in the saga's history")->capture_default_str();
    verb.add_flag("--dry-run", options->dry_run, "only tell what would follow");
    add_client_options(verb, with);
    verb.footer(std::string{"Example:\n  "} + what.example);
    verb.callback([&with, &what, options] { steer(with, what, *options); });
  }
}

} // namespace sagas::cli
