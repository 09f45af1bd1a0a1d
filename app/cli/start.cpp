// sagas start: starts a saga and, when asked, waits for its end.
#include <memory>
#include <thread>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/verbs.hpp"
#include "saga/json_reader.hpp"
#include "saga/status.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;
using steady = std::chrono::steady_clock;

constexpr milliseconds hold_max{60'000}; // one answer is held no longer; then the state is polled
constexpr milliseconds poll_every{250};

struct start_options {
  std::string type;
  std::string input = "{}";
  std::string metadata;
  std::string campaign;
  std::string user;
  std::string wait;
  std::string key;
  int version = 0;
};

result<json> json_argument(const std::string& argument, const char* what) {
  const auto text = text_argument(argument);
  if (!text)
    return text.error();
  json parsed = json::parse(*text, nullptr, false);
  if (!parsed.is_object())
    return {errc::invalid_input, std::string{what} + " must be a JSON object"};
  return parsed;
}

result<json> body_of(const start_options& options) {
  const auto input = json_argument(options.input, "--input");
  if (!input)
    return input.error();
  json body{{"tipo", options.type}, {"entrada", *input}};
  if (options.version > 0)
    body["version"] = options.version;
  if (!options.campaign.empty())
    body["campania_id"] = options.campaign;
  if (!options.user.empty())
    body["usuario_id"] = options.user;
  if (!options.metadata.empty()) {
    const auto metadata = json_argument(options.metadata, "--metadata");
    if (!metadata)
      return metadata.error();
    body["metadatos"] = *metadata;
  }
  return body;
}

void tell(const session& with, const json& saga) {
  if (with.json) {
    print(saga.dump(2) + "\n");
    return;
  }
  print(text_of(saga, "saga_id") + "  " + text_of(saga, "estado") + "\n");
  if (const std::string error = text_of(saga, "error_mensaje"); !error.empty())
    complain(error);
}

// The saga once it has ended, or as it is when the time is over. A server that restarts meanwhile
// is waited for: a started saga is durable.
std::optional<json> wait_for_end(session& with, const std::string& id, steady::time_point until) {
  auto client = open_client(with);
  while (client) {
    const auto answer = client->send({.path = "/api/v1/sagas/" + url_encoded(id)});
    const bool over = steady::now() >= until;
    if (answer && answer->ok()) {
      json saga = json::parse(answer->body, nullptr, false);
      const auto state = parse_saga_status(text_of(saga, "estado"));
      if (over || (state && is_terminal(*state)))
        return saga;
    } else if (over) {
      with.code = answer ? report_problem(with, *answer) : report_failure(with, answer.error());
      return std::nullopt;
    }
    std::this_thread::sleep_for(poll_every);
  }
  return std::nullopt;
}

void start(session& with, const start_options& options) {
  const auto body = body_of(options);
  std::optional<milliseconds> wait;
  if (!options.wait.empty()) {
    wait = parse_duration(options.wait);
    if (!wait) {
      with.code = report_failure(
        with, {errc::invalid_input, "--wait '" + options.wait + "' is no duration such as 30s"});
      return;
    }
  }
  if (!body) {
    with.code = report_failure(with, body.error());
    return;
  }
  const auto until = steady::now() + wait.value_or(milliseconds{0});
  const milliseconds held = std::min(wait.value_or(milliseconds{0}), hold_max);
  api_request request{.method = "POST", .path = "/api/v1/sagas", .body = body->dump()};
  request.deadline += held;
  if (wait)
    request.path += "?esperar=" + std::to_string(held.count()) + "ms";
  if (!options.key.empty())
    request.headers.emplace_back("Idempotency-Key", options.key);
  auto saga = ask(with, request);
  if (!saga)
    return;
  auto state = parse_saga_status(text_of(*saga, "estado"));
  if (wait && !(state && is_terminal(*state))) {
    saga = wait_for_end(with, text_of(*saga, "saga_id"), until);
    if (!saga)
      return;
    state = parse_saga_status(text_of(*saga, "estado"));
  }
  tell(with, *saga);
  if (wait && state != saga_status::completed)
    with.code = state && is_terminal(*state) ? exit_negative : exit_unfinished;
}

} // namespace

void add_start(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("start", "Start a saga");
  const auto options = std::make_shared<start_options>();
  verb.add_option("tipo", options->type, "the definition's type")->required();
  verb.add_option("--input", options->input, "entrada: a JSON file, - for standard input, or JSON");
  verb.add_option("--metadata", options->metadata, "metadatos: the same");
  verb.add_option("--campaign", options->campaign, "campania_id");
  verb.add_option("--user", options->user, "usuario_id");
  verb.add_option("--version", options->version, "of the definition; the newest unless given");
  verb.add_option("--wait", options->wait, "wait so long for the end: 30s, 5m");
  verb.add_option("--key", options->key,
                  "Idempotency-Key: the same key and input start one saga, however often sent");
  add_client_options(verb, with);
  verb.footer(
    R"(Prints the saga's id and estado. With --wait the exit code tells how it ended: 0 COMPLETADA,
1 any other end, 6 not ended in time (it goes on).

Example:
  sagas start lanzar_campania_completa --wait 30s --input '{"campania_id":"c-1",
    "campania_nombre":"Navidad","tipo_campania":"descuento","objetivo_campania":
    "incrementar_ventas","fecha_inicio":"2026-12-01","fecha_fin":"2026-12-31"}')");
  verb.callback([&with, options] { start(with, *options); });
}

} // namespace sagas::cli
