// What a million ended sagas in the file cost: throughput beside that on a fresh file, in turn, and
// the pages that people look at, idle and under the heaviest load.
#include <thread>

#include "bench/benchmarks.hpp"
#include "bench/engine_world.hpp"
#include "bench/http_loop.hpp"
#include "bench/reads.hpp"
#include "bench/sql.hpp"
#include "bench/stored_file.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t in_flight = 1'000;
constexpr std::size_t clients = 1'000;
constexpr std::uint64_t number_of_load = 1ULL << 40; // of the first campaign of the load

double run_on(const std::filesystem::path& file, const context& with) {
  engine_world world{file};
  return world.run(in_flight, with.warm_up(), with.window()).sagas_per_second;
}

void compare(context& with, const std::filesystem::path& file, const std::string& name,
             const json& settings) {
  series share;
  series much;
  series none;
  const auto fresh = with.file("fresh.db");
  for (int run = 1; run <= with.asked().runs; ++run) {
    const double without = run_on(fresh, with);
    remove_store(fresh);
    const double stored = run_on(file, with);
    none.add(without);
    much.add(stored);
    share.add(stored / without);
    context::say("  run " + std::to_string(run) + ": " + shown(stored) + "/s, on a fresh file "
                 + shown(without) + "/s");
  }
  json more = settings;
  more["in_flight"] = in_flight;
  more["sagas_per_second"] = rounded(much.median());
  more["sagas_per_second_on_a_fresh_file"] = rounded(none.median());
  with.add(name + ".throughput_share", share, "of a fresh file's, same run", more);
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

void look(context& with, const std::filesystem::path& file, const std::string& name,
          const json& settings) {
  const int rounds = with.asked().quick ? 5 : 50;
  server child{file};
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
  child.stop();
}

} // namespace

void much_stored(context& with) {
  const std::uint64_t sagas = with.asked().quick ? 50'000 : 1'000'000;
  const std::string name = with.asked().quick ? "stored_50k" : "stored_1m";
  const auto file = with.file("stored.db");
  context::say("writing " + std::to_string(sagas) + " ended sagas");
  const auto began = steady::now();
  const stored_content content = write_stored_file(file, sagas);
  context::say("  took " + shown(std::chrono::duration<double>(steady::now() - began).count())
               + " s, " + shown(size_mib(file)) + " MiB");
  check_count(file, "COMPLETADA", content.ended - content.undone);
  check_count(file, "COMPENSADA", content.undone);
  check_count(file, "PAUSADA", content.paused);
  const json settings{{"durability", durability_of(file)},
                      {"stored_ended", content.ended},
                      {"of_them_undone", content.undone},
                      {"stored_paused", content.paused},
                      {"file_mib", rounded(size_mib(file))}};
  if (with.wants(name + ".throughput_share"))
    compare(with, file, name, settings);
  if (with.wants_some(name + ".p95_ms"))
    look(with, file, name, settings);
  remove_server_files(file);
}

const std::vector<benchmark>& benchmarks() {
  static const std::vector<benchmark> all{
    {{"sagas_per_second.sqlite.in_process", "sagas_per_second.sqlite.store_alone", "commit.",
      "single_saga."},
     throughput},
    {{"sagas_per_second.sqlite.http", "latency.http."}, over_http},
    {{"in_flight_", "resume_"}, many_in_flight},
    {{"stored_"}, much_stored},
  };
  return all;
}

} // namespace sagas::bench
