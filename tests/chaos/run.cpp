#include "chaos/run.hpp"

#include <csignal>

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/exit_code.hpp"
#include "app/process.hpp"
#include "chaos/sqlite_database.hpp"

namespace sagas::chaos {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr seconds warm_within{30};
constexpr std::size_t warm = 100;       // starts, before the first fault
constexpr std::size_t last_starts = 50; // after the last one
constexpr seconds last_within{30};
constexpr seconds leaves_within{30};
constexpr milliseconds look_every{200};
// More than the pace lets begin, so that the load never ends by itself.
constexpr std::size_t campaigns_first = 20'000;
constexpr std::size_t campaigns_each_fault = 2'000;

milliseconds since(steady::time_point from) {
  return std::chrono::ceil<milliseconds>(steady::now() - from);
}

class chaos_run {
public:
  chaos_run(const run_options& how, database& store, mariadb_database* mariadb)
    : how_(how), store_(store), plan_(make_plan(how.faults)),
      service_({.store = &store,
                .program = how.program,
                .folder = how.folder,
                .server_folder = how.server_folder,
                .campaigns = campaigns_first + plan_.size() * campaigns_each_fault,
                .connections = how.connections,
                .pace = how.pace,
                .environment = how.environment,
                .children = how.children}),
      injector_({service_, store, how.disk, mariadb, how.power}) {}

  result<outcome> run();

private:
  status begin();
  status strike_all();
  status settle();
  void calm_down();
  status leave();
  status check();
  void accuse(const char* invariant, std::string text) {
    made_.breaches.push_back({invariant, std::move(text)});
  }

  const run_options& how_;
  database& store_;
  const std::vector<fault> plan_;
  loaded_service service_;
  injector injector_;
  outcome made_;
};

result<outcome> chaos_run::run() {
  const auto from = steady::now();
  made_.seed = how_.faults.seed;
  for (const auto step : {&chaos_run::begin, &chaos_run::strike_all, &chaos_run::settle,
                          &chaos_run::leave, &chaos_run::check})
    if (const status done = (this->*step)(); !done)
      return done.error();
  made_.took = since(from);
  return std::move(made_);
}

status chaos_run::begin() {
  how_.progress("starting the server");
  if (const status opened = service_.open(); !opened)
    return opened;
  made_.idle = footprint_of(service_.server().id()).value_or(footprint{});
  service_.begin();
  if (!service_.wait_for_acknowledged(warm, warm_within))
    return failure{errc::unavailable, "no load came about"};
  return nothing{};
}

status chaos_run::strike_all() {
  const auto from = steady::now();
  made_.planned = plan_.size();
  for (const fault& each : plan_) {
    if (how_.longest.count() > 0 && steady::now() - from > how_.longest)
      break;
    how_.progress(std::to_string(made_.faults.size() + 1) + " of " + std::to_string(plan_.size())
                  + ": " + as_text(each) + "; " + std::to_string(service_.acknowledged())
                  + " campaigns started");
    auto struck = injector_.strike(each);
    if (!struck)
      return struck.error();
    made_.faults.push_back(*struck);
  }
  made_.breaches = injector_.breaches();
  return nothing{};
}

status chaos_run::settle() {
  how_.progress("the faults are over: waiting for the sagas to end");
  const auto from = steady::now();
  if (!service_.wait_for_acknowledged(service_.acknowledged() + last_starts, last_within))
    accuse("V2", "after the faults starts are not acknowledged any more");
  const auto settled = service_.settle(how_.patience);
  if (!settled)
    return settled.error();
  made_.settled_in = since(from);
  if (!*settled)
    accuse("V1", "not everything had ended or been decided in time after the last fault");
  calm_down();
  return nothing{};
}

// Waits until the server holds what it held before the load.
void chaos_run::calm_down() {
  how_.progress("waiting for memory, descriptors and threads to be given back");
  const auto until = steady::now() + how_.patience;
  do {
    made_.after = footprint_of(service_.server().id()).value_or(footprint{});
  } while (!is_near(made_.after, made_.idle) && steady::now() < until
           && !wait_for_signal(look_every));
  if (!is_near(made_.after, made_.idle))
    accuse("V4", "the server still holds " + as_text(made_.after) + "; idle it held "
                   + as_text(made_.idle));
}

status chaos_run::leave() {
  service_.server().send(SIGTERM);
  const auto code = service_.server().wait(leaves_within);
  if (code != exit_ok)
    accuse("drain", "the last SIGTERM did not end the server with code 0");
  service_.server().kill();
  return nothing{};
}

status chaos_run::check() {
  how_.progress("checking");
  const auto file = store_.as_file();
  if (!file)
    return file.error();
  auto audited = service_.audit(*file);
  if (!audited)
    return audited.error();
  made_.audited = std::move(*audited);
  auto ends = service_.judge(*file);
  if (!ends)
    return ends.error();
  made_.ends = std::move(*ends);
  if (!service_.surprise().empty())
    accuse("answers", service_.surprise());
  return nothing{};
}

} // namespace

result<outcome> run(const run_options& how) {
  for (const std::string& each : {how.folder, how.server_folder}) {
    std::error_code problem;
    std::filesystem::create_directories(each, problem);
    if (problem)
      return {errc::unavailable, "cannot make " + each};
  }
  sqlite_database file{how.server_folder + "/sagas.db"};
  if (!how.mariadb)
    return chaos_run{how, file, nullptr}.run();
  const auto mariadb = mariadb_database::make(*how.mariadb, how.folder);
  if (!mariadb)
    return mariadb.error();
  return chaos_run{how, **mariadb, mariadb->get()}.run();
}

bool outcome::ends_are_certain() const {
  return std::none_of(faults.begin(), faults.end(), [](const fault_record& each) {
    constexpr std::array costly{fault_kind::stop,     fault_kind::disk,    fault_kind::db_kill,
                                fault_kind::db_power, fault_kind::db_stop, fault_kind::db_net};
    return std::find(costly.begin(), costly.end(), each.what) != costly.end();
  });
}

std::uint64_t outcome::violations() const {
  return audited.violations_total + breaches.size() + (ends_are_certain() ? ends.faults.size() : 0);
}

std::vector<std::string> outcome::voids() const {
  std::vector<std::string> why;
  const auto need = [&why](std::uint64_t reached, std::uint64_t least, const std::string& what) {
    if (reached < least)
      why.push_back(std::to_string(reached) + " " + what + ", at least " + std::to_string(least));
  };
  const auto hit = static_cast<std::uint64_t>(std::count_if(
    faults.begin(), faults.end(), [](const fault_record& each) { return each.in_flight > 0; }));
  need(faults.size(), 1, "faults");
  need(hit, (faults.size() * 8 + 9) / 10, "faults with sagas in flight");
  need(audited.counts.acknowledged, std::max<std::uint64_t>(200, 10 * faults.size()),
       "acknowledged starts");
  need(audited.counts.undone, 20, "steps undone");
  need(audited.counts.cancels, 5, "cancels");
  need(audited.counts.parked, 1, "parked sagas");
  need(audited.counts.decisions, 1, "operators' decisions");
  return why;
}

} // namespace sagas::chaos
