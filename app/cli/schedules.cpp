// sagas schedules: sagas that start at times of a cron expression.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

constexpr const char* path = "/api/v1/programas";

std::string path_of(const std::string& name, const char* more = "") {
  return std::string{path} + "/" + url_encoded(name) + more;
}

std::shared_ptr<std::string> add_name_option(CLI::App& verb) {
  const auto name = std::make_shared<std::string>();
  verb.add_option("nombre", *name, "the schedule")->required();
  return name;
}

// Page by page: there may be ten thousand.
std::optional<json> all_schedules(session& with) {
  json all = json::array();
  std::string page = std::string{path} + "?limite=1000";
  for (;;) {
    auto answer = ask(with, {.path = page});
    if (!answer)
      return std::nullopt;
    for (json& one : (*answer)["programas"])
      all.push_back(std::move(one));
    const std::string after = text_of(*answer, "siguiente");
    if (after.empty())
      return json{{"programas", std::move(all)}};
    page = std::string{path} + "?limite=1000&despues_de=" + url_encoded(after);
  }
}

void list_schedules(session& with) {
  const auto found = all_schedules(with);
  if (!found)
    return;
  if (with.json)
    return print(found->dump(2) + "\n");
  std::vector<std::vector<std::string>> rows{
    {"NAME", "STATE", "CRON", "ZONE", "NEXT", "LAST", "STARTED", "MISSED", "FAILED", "FAULT"}};
  for (const json& one : found->at("programas")) {
    const json set = one.value("programa", json());
    const json what = set.is_object() ? set : json::object();
    rows.push_back({text_of(one, "nombre"), text_of(one, "estado"), text_of(what, "cron"),
                    what.value("zona", "UTC"), text_of(one, "siguiente"), text_of(one, "ultima"),
                    text_of(one, "iniciadas"), text_of(one, "perdidas"), text_of(one, "fallidas"),
                    text_of(one, "ultimo_fallo")});
  }
  print(table(rows));
}

void add_list_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("list", "The schedules, and how they fare");
  add_client_options(verb, with);
  verb.footer("Times are UTC; counts are since the server began.\n\n"
              "Example:\n  sagas schedules list");
  verb.callback([&with] { list_schedules(with); });
}

void add_show_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("show", "One of them, as it was set up and as it fares");
  const auto name = add_name_option(verb);
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas schedules show cierre");
  verb.callback([&with, name] {
    if (const auto answer = ask(with, {.path = path_of(*name)}))
      print(answer->dump(2) + "\n");
  });
}

void add_set_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("set", "Start a saga at set times, or change how");
  const auto name = add_name_option(verb);
  const auto document = std::make_shared<std::string>();
  verb
    .add_option("document", *document, "when and what: a JSON file, - for standard input, or JSON")
    ->required();
  add_client_options(verb, with);
  verb.footer(
    R"(cron is minute hour day-of-month month weekday, by the clocks of zona (UTC unless set), or
@hourly, @daily, @weekly, @monthly, @yearly. inicio is what POST /api/v1/sagas takes; instante_en
names the member of entrada that is to tell the run's instant.

A run that is later than tolerancia (5m) was missed. perdidas says what then: omitir (start none),
una (the newest one) or todas (all, at most the newest 1000).

A new schedule, one with other times and one that is resumed count from now: nothing of the past is
made up. Needs a key of scope admin where keys are needed.

Example:
  sagas schedules set cierre '{"cron": "0 9 * * MON-FRI", "zona": "Europe/Madrid",
    "perdidas": "una", "instante_en": "fecha", "inicio": {"tipo": "cierre_diario"}}'
  sagas schedules next cierre)");
  verb.callback([&with, name, document] {
    const auto text = text_argument(*document);
    if (!text) {
      with.code = report_failure(with, text.error());
      return;
    }
    if (ask(with, {.method = "PUT", .path = path_of(*name), .body = *text}))
      tell(with, {{"nombre", *name}},
           *name + " is set; sagas schedules next " + *name + " tells when it runs");
  });
}

void add_remove_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("remove", "End a schedule");
  const auto name = add_name_option(verb);
  add_client_options(verb, with);
  verb.footer("The sagas that it has started go on. To stop it for a while: sagas schedules pause."
              "\n\nExample:\n  sagas schedules remove cierre");
  verb.callback([&with, name] {
    if (ask_raw(with, {.method = "DELETE", .path = path_of(*name)}))
      tell(with, {{"nombre", *name}}, *name + " starts nothing any more");
  });
}

void add_pause_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("pause", "Stop a schedule for a while");
  const auto name = add_name_option(verb);
  add_client_options(verb, with);
  verb.footer("What would have run meanwhile is not made up.\n\n"
              "Example:\n  sagas schedules pause cierre");
  verb.callback([&with, name] {
    if (ask(with, {.method = "POST", .path = path_of(*name, "/pausar")}))
      tell(with, {{"nombre", *name}}, *name + " starts nothing until it is resumed");
  });
}

void add_resume_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("resume", "Let one that is paused go on, from now");
  const auto name = add_name_option(verb);
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas schedules resume cierre");
  verb.callback([&with, name] {
    if (ask(with, {.method = "POST", .path = path_of(*name, "/reanudar")}))
      tell(with, {{"nombre", *name}}, *name + " counts from now");
  });
}

void add_next_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("next", "When a schedule runs next");
  const auto name = add_name_option(verb);
  const auto count = std::make_shared<int>(10);
  verb.add_option("-n,--count", *count, "how many (10)")->check(CLI::Range(1, 1000));
  add_client_options(verb, with);
  verb.footer("Times are UTC: so it shows what its zone and summer time make of the expression.\n\n"
              "Example:\n  sagas schedules next cierre -n 20");
  verb.callback([&with, name, count] {
    const auto answer = ask(with,
                            {.path = path_of(*name, "/siguientes?n=") + std::to_string(*count)});
    if (!answer)
      return;
    if (with.json)
      return print(answer->dump(2) + "\n");
    for (const json& run : answer->value("siguientes", json::array()))
      print(run.get<std::string>() + "\n");
  });
}

} // namespace

void add_schedules(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("schedules", "Start sagas at times of a cron expression");
  verb.require_subcommand(1);
  verb.footer("Example:\n  sagas schedules set cierre cierre.json && sagas schedules next cierre");
  add_set_verb(verb, with);
  add_show_verb(verb, with);
  add_list_verb(verb, with);
  add_remove_verb(verb, with);
  add_pause_verb(verb, with);
  add_resume_verb(verb, with);
  add_next_verb(verb, with);
}

} // namespace sagas::cli
