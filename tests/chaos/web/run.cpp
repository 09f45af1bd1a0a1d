#include "chaos/web/run.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <nlohmann/json.hpp>

#include "app/audit/audit.hpp"
#include "app/client.hpp"
#include "app/demo/server_child.hpp"
#include "app/process.hpp"
#include "chaos/sqlite_database.hpp"
#include "chaos/web/services.hpp"
#include "chaos/web/travellers.hpp"
#include "persistence/plain_sqlite.hpp"

namespace sagas::chaos {
namespace {

using json = nlohmann::ordered_json;
using steady = std::chrono::steady_clock;

constexpr std::size_t violations_max = 20;
constexpr std::size_t warm = 50;
constexpr milliseconds warm_within{30'000};
constexpr milliseconds look_every{100};

milliseconds since(steady::time_point from) {
  return std::chrono::ceil<milliseconds>(steady::now() - from);
}

class web_run {
public:
  explicit web_run(const web_run_options& how)
    : how_(how), random_(how.seed), server_({.program = how.program,
                                             .folder = how.folder,
                                             .more = {"--participants", how.folder + "/web.json"}}),
      store_(server_.database()) {}

  result<web_outcome> run();

private:
  status begin();
  status kill_all();
  status kill_one();
  status settle();
  status check();
  status check_saga(std::uint64_t number, const std::string& saga, const std::string& state);
  void accuse(const std::string& what) {
    if (made_.violations.size() < violations_max)
      made_.violations.push_back(what);
  }

  const web_run_options& how_;
  std::mt19937_64 random_;
  std::vector<web_service> services_;
  demo::server_child server_;
  sqlite_database store_;
  std::optional<travellers> clients_;
  web_outcome made_;
};

result<web_outcome> web_run::run() {
  const auto from = steady::now();
  made_.seed = how_.seed;
  for (const auto step : {&web_run::begin, &web_run::kill_all, &web_run::settle, &web_run::check})
    if (const status done = (this->*step)(); !done)
      return done.error();
  made_.took = since(from);
  return std::move(made_);
}

status web_run::begin() {
  how_.progress("starting the services and the server");
  auto started = start_web_services(how_.folder);
  if (!started)
    return started.error();
  services_ = std::move(*started);
  json file{{"targets", json::array()}, {"participants", json::object()}};
  for (web_service& each : services_) {
    each.set_path(random_(), how_.trouble);
    file["targets"].push_back(each.path().target());
    file["participants"][each.name()]["url"] = each.path().url("/{paso}/{operacion}");
  }
  std::ofstream{how_.folder + "/web.json"} << file;
  if (const status served = server_.start(); !served)
    return served;
  auto client = api_client::to(server_.url());
  if (!client)
    return client.error();
  const auto answer = client->send(
    {.method = "POST", .path = "/api/v1/definiciones", .body = journey_definition()});
  if (!answer || !answer->ok())
    return {errc::unavailable, "the definition was refused: " + (answer ? answer->body : "")};
  clients_.emplace(server_.url(), how_.clients);
  const auto until = steady::now() + warm_within;
  while (clients_->acknowledged() < warm)
    if (steady::now() > until || wait_for_signal(look_every))
      return {errc::unavailable, "no load came about: " + clients_->surprise()};
  return nothing{};
}

status web_run::kill_all() {
  for (std::size_t i = 1; i <= how_.kills; ++i) {
    how_.progress("kill " + std::to_string(i) + " of " + std::to_string(how_.kills) + "; "
                  + std::to_string(clients_->acknowledged()) + " journeys started");
    if (wait_for_signal(milliseconds{static_cast<std::int64_t>(100 + random_() % 1'100)}))
      return {errc::unavailable, "interrupted"};
    if (const status done = kill_one(); !done)
      return done;
  }
  return nothing{};
}

status web_run::kill_one() {
  const auto open = store_.in_flight();
  if (!open)
    return open.error();
  made_.kills_in_flight += *open > 0 ? 1 : 0;
  const bool of_server = random_() % 2 == 0;
  web_service& one = services_[random_() % services_.size()];
  ++made_.kills[of_server ? "sagas serve" : one.name() + " (" + one.language() + ")"];
  const milliseconds away{static_cast<std::int64_t>(random_() % 500)};
  of_server ? server_.kill() : one.kill();
  if (wait_for_signal(away))
    return {errc::unavailable, "interrupted"};
  return of_server ? server_.start() : one.start();
}

status web_run::settle() {
  how_.progress("the kills are over: waiting for the sagas to end");
  const auto from = steady::now();
  for (web_service& each : services_)
    each.path().calm();
  const auto until = from + how_.patience;
  clients_->stop_booking();
  for (;;) {
    const auto open = store_.in_flight();
    if (!open)
      return open.error();
    if (*open == 0)
      break;
    if (steady::now() > until) {
      accuse("V1: " + std::to_string(*open) + " sagas have not ended in time");
      break;
    }
    if (wait_for_signal(look_every))
      return {errc::unavailable, "interrupted"};
  }
  clients_->stop();
  made_.settled_in = since(from);
  server_.kill();
  return nothing{};
}

status web_run::check() {
  how_.progress("checking");
  made_.acknowledged = clients_->acknowledged();
  made_.cancelled = clients_->cancelled();
  if (const std::string seen = clients_->surprise(); !seen.empty())
    accuse("answers: " + seen);
  for (web_service& each : services_)
    for (std::size_t kind = 1; kind < web_fault_names.size(); ++kind)
      made_.trouble[std::string{web_fault_names[kind]}] += each.path().struck(
        static_cast<web_fault>(kind));
  const auto audited = audit::audit({.database = server_.database(), .ended = true});
  if (!audited)
    return audited.error();
  for (const audit::violation& each : audited->violations)
    accuse(each.invariant + ": " + each.saga + " " + each.text);
  auto file = plain_sqlite::open(server_.database(), opened_as::reader);
  if (!file)
    return file.error();
  std::map<std::string, std::string> states;
  const status read = file->run(
    "SELECT saga_id || ' ' || estado FROM sagas",
    [&](const std::string& line) { states[line.substr(0, 36)] = line.substr(37); });
  if (!read)
    return read;
  const auto journeys = clients_->journeys();
  if (states.size() > journeys.size() + how_.clients) // each may have one without an answer
    accuse("K1: more sagas than starts");
  for (const auto& [number, saga] : journeys)
    if (const status checked = check_saga(number, saga, states[saga]); !checked)
      return checked;
  return nothing{};
}

status web_run::check_saga(std::uint64_t number, const std::string& saga,
                           const std::string& state) {
  if (state.empty()) {
    accuse("A1: " + saga + " was acknowledged, and is not stored");
    return nothing{};
  }
  ++made_.ends[state];
  if (state == "COMPLETADA" && travellers::is_refused(number))
    accuse("R1: " + saga + " was refused by a service, and is COMPLETADA");
  const std::int64_t wanted = state == "COMPLETADA" ? 1 : 0;
  for (const web_service& each : services_) {
    const auto found = each.effects(saga);
    if (!found)
      return found.error();
    ++made_.effects_checked;
    if (*found != wanted)
      accuse("E1: " + saga + " is " + state + ", and has " + std::to_string(*found) + " effects at "
             + each.name());
  }
  return nothing{};
}

} // namespace

result<web_outcome> run_over_web(const web_run_options& how) { return web_run{how}.run(); }

std::vector<std::string> web_outcome::voids() const {
  std::size_t struck = 0;
  for (const auto& [who, times] : kills)
    struck += times;
  std::vector<std::string> why;
  const auto need = [&why](std::uint64_t reached, std::uint64_t least, const std::string& what) {
    if (reached < least)
      why.push_back(std::to_string(reached) + " " + what + ", at least " + std::to_string(least));
  };
  const auto ended = [this](const char* state) {
    const auto found = ends.find(state);
    return found == ends.end() ? std::size_t{0} : found->second;
  };
  need(kills_in_flight, (struck * 8 + 9) / 10, "kills with sagas in flight");
  need(acknowledged, std::max<std::size_t>(100, 10 * struck), "acknowledged starts");
  need(ended("COMPLETADA"), 20, "sagas done");
  need(ended("COMPENSADA"), 20, "sagas undone");
  need(cancelled, 5, "cancels");
  for (const auto& [kind, times] : trouble)
    need(times, 3, "calls with " + kind);
  return why;
}

std::string as_json(const web_outcome& of) {
  return json{{"seed", of.seed},
              {"kills", of.kills},
              {"kills_in_flight", of.kills_in_flight},
              {"trouble", of.trouble},
              {"ends", of.ends},
              {"acknowledged", of.acknowledged},
              {"cancelled", of.cancelled},
              {"effects_checked", of.effects_checked},
              {"settled_in_ms", of.settled_in.count()},
              {"took_s", of.took.count() / 1'000},
              {"violations", of.violations},
              {"voids", of.voids()}}
           .dump(2)
         + "\n";
}

std::string as_text(const web_outcome& of) {
  std::ostringstream text;
  const auto list = [&text](const char* title, const auto& all) {
    text << "  " << title;
    for (const auto& [name, count] : all)
      text << "  " << name << " " << count;
    text << "\n";
  };
  text << "seed " << of.seed << ", " << of.took.count() / 1'000 << " s\n";
  list("killed", of.kills);
  list("calls that went wrong", of.trouble);
  list("sagas", of.ends);
  text << "  " << of.acknowledged << " starts acknowledged, " << of.cancelled << " cancelled, "
       << of.effects_checked << " times a service's effects were checked; all ended "
       << of.settled_in.count() << " ms after the last kill\n";
  for (const std::string& each : of.violations)
    text << "VIOLATION " << each << "\n";
  for (const std::string& each : of.voids())
    text << "VOID " << each << "\n";
  if (of.violations.empty() && of.voids().empty())
    text << "every promise was kept\n";
  return text.str();
}

} // namespace sagas::chaos
