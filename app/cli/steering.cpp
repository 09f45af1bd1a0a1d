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
};

result<json> body_of(const steering_options& options) {
  json body = json::object();
  if (!options.reason.empty())
    body["razon"] = options.reason;
  if (!options.output.empty()) {
    const auto text = text_argument(options.output);
    if (!text)
      return text.error();
    json output = json::parse(*text, nullptr, false);
    if (!output.is_object())
      return {errc::invalid_input, "--output must be a JSON object"};
    body["salida"] = std::move(output);
  }
  return body;
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
  api_request request{.method = "POST", .path = path + "/" + verb.route, .body = body->dump()};
  if (!options.by.empty())
    request.headers.emplace_back("Saga-Operador", options.by);
  const auto answer = ask(with, request);
  if (!answer)
    return;
  print(with.json ? answer->dump(2) + "\n"
                  : text_of(*answer, "saga_id") + "  " + text_of(*answer, "estado") + "\n");
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
    verb.add_option("--reason", options->reason, "why; kept in the saga's history");
    verb.add_option("--by", options->by, "who; kept in the saga's history")->capture_default_str();
    add_client_options(verb, with);
    verb.footer(std::string{"Example:\n  "} + what.example);
    verb.callback([&with, &what, options] { steer(with, what, *options); });
  }
}

} // namespace sagas::cli
