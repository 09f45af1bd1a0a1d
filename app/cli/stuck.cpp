// sagas stuck: what waits for an operator, by cause and one by one; and one decision about many.
#include <chrono>
#include <memory>
#include <thread>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"
#include "app/quantity.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

constexpr std::size_t page_max = 1000; // of the server
constexpr auto look_every = std::chrono::milliseconds{500};

struct stuck_options {
  std::string type = {};
  std::string service = {};
  std::string step = {};
  std::string cause = {};
  std::string older_than = {};
  std::size_t limit = 50;
  bool causes = false;
  // of a decision about many
  std::string reason = {};
  std::string by = {};
  int rate = 50;
  bool dry_run = false;
};

std::vector<std::pair<std::string, std::string>> filter_of(const stuck_options& options) {
  std::vector<std::pair<std::string, std::string>> given;
  const std::pair<const char*, const std::string&> parts[] = {{"tipo", options.type},
                                                              {"microservicio", options.service},
                                                              {"paso", options.step},
                                                              {"causa", options.cause},
                                                              {"mas_de", options.older_than}};
  for (const auto& [name, value] : parts)
    if (!value.empty())
      given.emplace_back(name, value);
  return given;
}

// Pages until the limit is reached or there are no more.
std::optional<json> fetch(session& with, const stuck_options& options) {
  json found = json::array();
  std::string cursor;
  while (found.size() < options.limit) {
    std::string path = "/api/v1/atencion?limite="
                       + std::to_string(std::min(options.limit - found.size(), page_max));
    for (const auto& [name, value] : filter_of(options))
      path += "&" + name + "=" + url_encoded(value);
    const auto page = ask(with, {.path = path + (cursor.empty() ? "" : "&cursor=" + cursor)});
    if (!page)
      return std::nullopt;
    for (const json& one : page->value("detenidas", json::array()))
      found.push_back(one);
    cursor = text_of(*page, "cursor");
    if (cursor.empty())
      break;
  }
  return found;
}

void list(session& with, const stuck_options& options) {
  const auto found = fetch(with, options);
  if (!found)
    return;
  if (with.json)
    return print(found->dump(2) + "\n");
  std::vector<std::vector<std::string>> rows{
    {"SAGA", "TIPO", "STEP", "OPERACION", "MICROSERVICIO", "TRIES", "PARKED", "LAST ERROR"}};
  for (const json& one : *found) {
    const json saga = one.value("saga", json::object());
    json stops = one.value("pasos", json::array());
    if (stops.empty()) // parked because loading it failed
      stops.push_back({{"nombre", "-"}, {"error_mensaje", text_of(saga, "error_mensaje")}});
    for (const json& at : stops)
      rows.push_back({text_of(saga, "saga_id"), text_of(saga, "tipo"), text_of(at, "nombre"),
                      text_of(at, "operacion"), text_of(at, "microservicio"),
                      text_of(at, "intentos"), age_of(at, "desde"),
                      shortened(text_of(at, "error_mensaje"), 60)});
  }
  print(rows.size() == 1 ? "nothing waits for an operator\n" : table(rows));
  if (rows.size() > 1)
    complain("understand with: sagas explain SAGA; decide with: sagas "
             "retry|skip|complete|fail|compensate SAGA STEP --reason '...'");
}

void list_causes(session& with) {
  const auto found = ask(with, {.path = "/api/v1/atencion/causas"});
  if (!found)
    return;
  if (with.json)
    return print(found->dump(2) + "\n");
  std::vector<std::vector<std::string>> rows{
    {"COUNT", "OLDEST", "TIPO", "STEP", "MICROSERVICIO", "CAUSE", "ERROR", "EXAMPLE"}};
  for (const json& one : found->value("causas", json::array()))
    rows.push_back({text_of(one, "cuantas"), age_of(one, "desde"), text_of(one, "tipo"),
                    text_of(one, "paso"), text_of(one, "microservicio"), text_of(one, "causa"),
                    shortened(text_of(one, "error_mensaje"), 40), text_of(one, "ejemplo")});
  print(rows.size() == 1 ? "nothing waits for an operator\n" : table(rows));
}

// Follows an order about many until it has ended; a line of progress when somebody looks.
void follow(session& with, const std::string& url) {
  json refused = json::array();
  std::size_t from = 0;
  while (true) {
    const auto now = ask(with, {.path = url + "?limite=1000&desde=" + std::to_string(from)});
    if (!now)
      return;
    for (const json& line : now->value("resultados", json::array())) {
      ++from;
      if (!text_of(line, "rechazo").empty())
        refused.push_back(line);
    }
    const std::string state = text_of(*now, "estado");
    const std::string line = text_of(*now, "decididas") + " decided, " + text_of(*now, "rechazadas")
                             + " refused";
    if (!with.json)
      complain(line);
    const bool ended = state == "TERMINADO" || state == "DETENIDO";
    if (!ended || !text_of(*now, "siguiente").empty()) {
      if (text_of(*now, "siguiente").empty())
        std::this_thread::sleep_for(look_every);
      continue;
    }
    if (with.json)
      print(now->dump(2) + "\n");
    for (const json& one : with.json ? json::array() : refused)
      print(text_of(one, "saga_id") + "  " + text_of(one, "paso") + "  " + text_of(one, "rechazo")
            + "\n");
    if (!with.json)
      print((now->value("simulado", false) ? "would be " : "") + line + ", " + state
            + (text_of(*now, "motivo").empty() ? "" : ": " + text_of(*now, "motivo")) + "\n");
    with.code = state == "DETENIDO" || !refused.empty() ? exit_negative : exit_ok;
    return;
  }
}

void decide(session& with, const stuck_options& options, const char* decision) {
  json body{{"decision", decision},    {"filtro", json::object()},   {"limite", options.limit},
            {"razon", options.reason}, {"simular", options.dry_run}, {"por_segundo", options.rate}};
  for (const auto& [name, value] : filter_of(options))
    body["filtro"][name] = value;
  api_request request{.method = "POST", .path = "/api/v1/atencion/decidir", .body = body.dump()};
  if (!options.by.empty())
    request.headers.emplace_back("Saga-Operador", options.by);
  const auto taken = ask(with, request);
  if (!taken)
    return;
  if (!with.json)
    complain("it goes on in the server, also without this program; end it with: POST "
             + text_of(*taken, "url") + "/detener");
  follow(with, text_of(*taken, "url"));
}

struct bulk_flag {
  const char* flag;
  const char* decision;
  const char* doc;
};
constexpr bulk_flag bulk_flags[] = {
  {"--retry-all", "reintentar", "retry every step that matches, newest first, at most --limit"},
  {"--skip-all", "omitir", "skip every step that matches"},
  {"--fail-all", "fallar", "give every step up that matches"},
  {"--compensate-all", "compensar", "turn every saga back that matches"}};

} // namespace

void add_stuck(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand(
    "stuck", "List what waits for an operator (REQUIERE_ATENCION), or decide about all of it");
  const auto options = std::make_shared<stuck_options>();
  verb.add_option("--type", options->type, "tipo");
  verb.add_option("--service", options->service, "parked at a step of this microservicio");
  verb.add_option("--step", options->step, "parked at this step");
  verb.add_option("--cause", options->cause, "parked for this cause, as --causes names it");
  verb.add_option("--older-than", options->older_than, "parked for longer: 10m, 2h, 3d");
  verb.add_option("--limit", options->limit, "at most so many sagas")
    ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
    ->capture_default_str();
  verb.add_flag("--causes", options->causes, "count them by cause instead");
  const auto chosen = std::make_shared<std::string>();
  auto* const reason = verb.add_option("--reason", options->reason,
                                       "why it is decided; kept in each saga's history");
  CLI::Option_group& bulk = *verb.add_option_group("decisions about many");
  bulk.require_option(0, 1);
  for (const bulk_flag& each : bulk_flags)
    bulk
      .add_flag_callback(
        each.flag, [chosen, what = each.decision] { *chosen = what; }, each.doc)
      ->needs(reason);
  verb.add_option("--rate", options->rate, "decisions a second")
    ->check(CLI::Range(1, 500))
    ->capture_default_str();
  verb.add_option("--by", options->by, "who decides; kept in each saga's history");
  verb.add_flag("--dry-run", options->dry_run, "decide nothing, and tell what would follow");
  add_client_options(verb, with);
  verb.footer("Each line: the saga, the step it stands at, how often it was tried, for how long it "
              "waits, and\nthe last error. Exit code 1: some decision was refused.\n\nExample:\n"
              "  sagas stuck --causes\n  sagas stuck --service pagos --older-than 10m\n"
              "  sagas stuck --service pagos --retry-all --reason 'bank is back' --dry-run");
  verb.callback([&with, options, chosen] {
    if (!chosen->empty())
      decide(with, *options, chosen->c_str());
    else
      options->causes ? list_causes(with) : list(with, *options);
  });
}

void add_explain(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand(
    "explain", "Tell in words how a saga stands, what it waits for, and what can be done");
  const auto id = std::make_shared<std::string>();
  const auto in = std::make_shared<std::string>("en");
  verb.add_option("saga", *id, "saga_id")->required();
  verb.add_option("--lang", *in, "es or en")
    ->check(CLI::IsMember({"es", "en"}))
    ->capture_default_str();
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas explain 01990000-0000-7000-8000-000000000000 --lang es");
  verb.callback([&with, id, in] {
    const auto told = ask(
      with, {.path = "/api/v1/sagas/" + url_encoded(*id) + "/explicacion?idioma=" + *in});
    if (told)
      print(with.json ? told->dump(2) + "\n" : text_of(*told, "texto") + "\n");
  });
}

} // namespace sagas::cli
