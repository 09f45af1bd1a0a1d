// What a million ended sagas in the database cost: throughput beside that on a fresh one, in turn,
// and the pages that people look at, idle and under the heaviest load.
#include <thread>

#include "bench/benchmarks.hpp"
#include "bench/engine_world.hpp"
#include "bench/http_loop.hpp"
#include "bench/passing.hpp"
#include "bench/reads.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t in_flight = 1'000;
constexpr std::size_t clients = 1'000;
constexpr std::uint64_t number_of_load = 1ULL << 40; // of the first campaign of the load

double run_on(const database& which, const context& with) {
  engine_world world{which};
  return world.run(in_flight, with.warm_up(), with.window()).sagas_per_second;
}

void compare(context& with, const database_kind& on, const database& full, const std::string& name,
             const json& settings) {
  series share;
  series much;
  series none;
  for (int run = 1; run <= with.asked().runs; ++run) {
    const double without = run_on(*on.make("fresh"), with);
    const double stored = run_on(full, with);
    none.add(without);
    much.add(stored);
    share.add(stored / without);
    context::say("  run " + std::to_string(run) + ": " + shown(stored) + "/s, on a fresh database "
                 + shown(without) + "/s");
  }
  json more = settings;
  more["in_flight"] = in_flight;
  more["sagas_per_second"] = rounded(much.median());
  more["sagas_per_second_on_a_fresh_one"] = rounded(none.median());
  with.add(name, share, "of a fresh database's, same run", more);
}

// One figure for each group of pages.
void report(context& with, const std::string& name, const std::string& when,
            const read_figures& figures, const json& settings) {
  const auto add = [&](const char* group, const auto& pages) {
    json more = settings;
    series p95;
    p95.add(worst_p95_ms(pages, more["pages"] = json::object()));
    with.add(name + ".p95_ms." + group + "." + when, p95, "ms, the slowest page", more);
  };
  add("active", figures.active);
  add("search", figures.search);
  add("search_in_vain", figures.search_in_vain);
  add("statistics", figures.statistics);
}

// Of all pages but those of a search in vain, which have a figure of their own.
void report_worst(context& with, const std::string& name, const read_figures& figures,
                  const json& settings) {
  json more = settings;
  json& pages = more["pages"] = json::object();
  series p95;
  p95.add(std::max({worst_p95_ms(figures.active, pages), worst_p95_ms(figures.search, pages),
                    worst_p95_ms(figures.statistics, pages)}));
  with.add(name, p95, "ms, the slowest page", more);
}

void look(context& with, const database_kind& on, const database& full, const std::string& name,
          const json& settings) {
  const int rounds = with.asked().quick ? 5 : 50;
  server child{full};
  std::atomic<bool> stop{false};
  context::say("  reads, idle");
  report(with, name, "idle", measure_reads(child, rounds, milliseconds{0}, stop), settings);
  context::say("  reads, under load");
  read_figures under_load;
  std::string trouble;
  std::thread reader{[&] {
    try {
      std::this_thread::sleep_for(with.warm_up());
      under_load = measure_reads(child, 1'000'000, milliseconds{10}, stop);
    } catch (const std::exception& wrong) {
      trouble = wrong.what();
    }
  }};
  const auto load = run_http_loop(child, clients, with.warm_up(), 4 * with.window(),
                                  number_of_load);
  stop = true;
  reader.join();
  if (!trouble.empty())
    throw failed{trouble};
  json more = settings;
  more["clients"] = clients;
  more["load_sagas_per_second"] = rounded(load.sagas_per_second);
  more["load_latency_p99_ms"] = rounded(load.latency.percentile_ms(0.99));
  report(with, name, "under_load", under_load, more);
  report_worst(with, on.own() + "api_read_p95_ms", under_load, more);
  child.stop();
}

} // namespace

void much_stored(context& with, const database_kind& on) {
  const std::uint64_t sagas = with.asked().quick ? 50'000 : 1'000'000;
  const std::string name = on.own() + (with.asked().quick ? "stored_50k" : "stored_1m");
  const std::string share = name + (on.own().empty() ? ".throughput_share" : ".share");
  const auto full = on.make("stored");
  context::say("writing " + std::to_string(sagas) + " ended sagas");
  const auto began = steady::now();
  const stored_content content = full->fill(sagas);
  context::say("  took " + shown(seconds_since(began)) + " s, " + shown(full->size_mib()) + " MiB");
  check_count(*full, "COMPLETADA", content.ended - content.undone);
  check_count(*full, "COMPENSADA", content.undone);
  check_count(*full, "PAUSADA", content.paused);
  json settings = full->settings();
  settings.update({{"stored_ended", content.ended},
                   {"of_them_undone", content.undone},
                   {"stored_paused", content.paused},
                   {"database_mib", rounded(full->size_mib())}});
  if (with.wants(share))
    compare(with, on, *full, share, settings);
  if (with.wants_some(name + ".p95_ms") || with.wants(on.own() + "api_read_p95_ms"))
    look(with, on, *full, name, settings);
}

const std::vector<benchmark_group>& benchmarks() {
  static const std::vector<benchmark_group> all{
    {sqlite_files,
     {{{"sagas_per_second.sqlite.in_process", "sagas_per_second.sqlite.store_alone", "commit",
        "single_saga."},
       throughput},
      {{"sagas_per_second.sqlite.http", "latency.http."}, over_http},
      {{"sagas_per_second.sqlite.http_participants"}, http_participants},
      {{"open_circuit."}, open_circuit},
      {{"calls_under_way."}, calls_under_way},
      {{"in_flight_", "resume_"}, many_in_flight},
      {{"waiting_"}, many_waiting},
      {{"parked_"}, many_parked},
      {{"stored_", "api_read_"}, much_stored},
      {{"retention."}, old_removed},
      {{"encryption."}, encrypted},
      {{"webhooks."}, webhooks}}},
    {mariadb_databases,
     {{{"sagas_per_second.mysql.in_process", "sagas_per_second.mysql.store_alone", "mysql.commit",
        "mysql.single_saga."},
       throughput},
      {{"sagas_per_second.mysql.http", "mysql.latency.http."}, over_http},
      {{"mysql.stored_", "mysql.api_read_"}, much_stored},
      {{"mysql.parked_"}, many_parked},
      {{"mysql.retention."}, old_removed},
      {{"mysql.encryption."}, encrypted}}}};
  return all;
}

} // namespace sagas::bench
