#include "old_history.hpp"

#include <atomic>
#include <thread>

#include "actors/engine.hpp"
#include "app/clock.hpp"
#include "persistence/ledger.hpp"
#include "saga/builtin.hpp"
#include "saga/definition_json.hpp"
#include "saga/quiet.hpp"
#include "support/catch.hpp"

namespace sagas::test {
namespace {

constexpr std::chrono::hours past{24 * 100};
constexpr const char* campaign =
  R"({"campania_nombre":"Vieja","tipo_campania":"descuento","presupuesto":1000})";
// One in seven or so is refused at its last step, and undone.
constexpr const char* faults =
  R"({"services":{"notificaciones":{"business_failure":0.15}},"seed":7})";

definition_ptr launch_plan() {
  for (definition_ptr& each : builtin_definitions())
    if (each->type == "lanzar_campania_completa")
      return each;
  return nullptr;
}

bool wait_until(const std::function<bool()>& is) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{120};
  while (!is() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds{2});
  return is();
}

} // namespace

std::size_t make_old_history(store_list in, const std::string& ledger, std::size_t sagas) {
  definition_registry definitions;
  for (const definition_ptr& each : builtin_definitions())
    definitions.add(each);
  quiet_feed feed;
  quiet_telemetry figures;
  quiet_logger log;
  engine run{engine_config{}, engine_parts{.storages = std::move(in),
                                           .definitions = definitions,
                                           .feed = feed,
                                           .figures = figures,
                                           .log = log,
                                           .clock = [] { return now() - past; },
                                           .on_fatal = [](const failure&) {}}};
  auto kept = open_sqlite_ledger({.path = ledger});
  REQUIRE(kept);
  const auto rules = parse_injection(faults);
  REQUIRE(rules);
  run.add_stand_ins({.services = {"afiliados", "comisiones", "tracking", "notificaciones"},
                     .ledger = std::move(*kept),
                     .blocking = true,
                     .rules = *rules});
  REQUIRE(run.open());
  REQUIRE(wait_until([&] { return run.node().accepting; }));

  std::atomic<std::size_t> ended{0}, failed{0};
  const auto input = prepare_input(*launch_plan(), campaign);
  REQUIRE(input);
  for (std::size_t i = 0; i < sagas; ++i) {
    start_request what{.plan = launch_plan(), .input = *input};
    what.campaign_id = "vieja-" + std::to_string(i);
    what.once = idempotency{"viejo-" + std::to_string(i), "huella"};
    run.start(
      std::move(what), [&](const result<started>& begun) { failed += begun ? 0 : 1; },
      [&](saga_status) { ++ended; });
    if (i % 500 == 499) // no more than wait for a disk
      REQUIRE(wait_until([&] { return ended + failed > i; }));
  }
  REQUIRE(wait_until([&] { return ended + failed >= sagas; }));
  REQUIRE(failed == 0);
  REQUIRE(run.drain(std::chrono::seconds{10}));
  return ended;
}

} // namespace sagas::test
