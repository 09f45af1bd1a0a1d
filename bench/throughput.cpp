// Sagas a second with a durable store, without HTTP: the engine, and the store alone, taken in turn
// so that both meet the same moods of the machine.
#include <deque>
#include <future>
#include <map>

#include "app/clock.hpp"
#include "bench/benchmarks.hpp"
#include "bench/engine_world.hpp"
#include "bench/machine_loop.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t in_flight_levels[] = {1, 16, 64, 256, 1'000};
constexpr std::size_t headline = 1'000;

struct store_figures {
  double sagas_per_second = 0;        // of the time spent in commit()
  double with_machine_per_second = 0; // of all the time
  commit_log::content commits;
};

// What the loop on one store showed.
struct one_store {
  std::uint64_t ended = 0;
  std::uint64_t counted = 0; // in the window
  commit_log::content commits;
};

one_store feed(store& to, const machine_loop::settings& how, milliseconds warm_up,
               milliseconds window, commit_log& log) {
  machine_loop loop{launch_plan(), how};
  one_store figures;
  const auto warm = steady::now() + warm_up;
  const auto until = warm + window;
  for (bool measuring = false; steady::now() < until;) {
    commit_all(to, loop.next(), now());
    figures.ended += loop.committed();
    if (!measuring && steady::now() >= warm) {
      measuring = true;
      figures.counted = figures.ended;
      log.take();
    }
  }
  figures.counted = figures.ended - figures.counted;
  figures.commits = log.take();
  return figures;
}

// A loop for each of the database's writers, which share what is in flight.
store_figures run_store_alone(context& with, const database_kind& on, std::size_t in_flight,
                              milliseconds window) {
  const auto in = on.make("store-alone");
  store_figures figures;
  std::uint64_t ended = 0;
  {
    store_list stores = in->open();
    stores.resize(std::min(stores.size(), in_flight));
    std::deque<commit_log> logs;
    std::vector<std::future<one_store>> loops;
    for (std::size_t i = 0; i < stores.size(); ++i) {
      commit_log& log = logs.emplace_back();
      stores[i] = timed(std::move(stores[i]), log);
      loops.push_back(std::async(std::launch::async, [&, i] {
        return feed(*stores[i],
                    {.in_flight = in_flight / stores.size(),
                     .first = i << 32,
                     .starts_at = [](std::uint64_t) { return now(); }},
                    with.warm_up(), window, log);
      }));
    }
    for (std::future<one_store>& each : loops) {
      const one_store told = each.get();
      const auto counted = static_cast<double>(told.counted);
      ended += told.ended;
      figures.sagas_per_second += counted / told.commits.spent.count();
      figures.with_machine_per_second += counted / std::chrono::duration<double>(window).count();
      figures.commits.add(told.commits);
    }
  }
  check_count(*in, "COMPLETADA", ended);
  return figures;
}

loop_figures run_in_process(context& with, const database_kind& on, std::size_t in_flight,
                            milliseconds window, json& settings) {
  const auto in = on.make("in-process");
  loop_figures figures;
  std::uint64_t ended = 0;
  {
    engine_world world{*in};
    figures = world.run(in_flight, with.warm_up(), window);
    ended = world.ended();
  }
  check_count(*in, "COMPLETADA", ended);
  settings = in->settings();
  return figures;
}

// What several runs at one level showed.
struct level {
  series engine;
  series alone;
  series alone_with_machine;
  series share;
  series commit_ms;
  series batch;
  series alone_batch;
  series p50_ms;
  series p99_ms;
  series in_commits;
  series cpu_us;
  series server_cpu_us;
  series commits;
  json settings; // of the database
};

void run_level(context& with, const database_kind& on, std::size_t in_flight, level& into) {
  const milliseconds window = in_flight == headline ? with.window() : with.window() / 2;
  const auto alone = run_store_alone(with, on, in_flight, window);
  const auto engine = run_in_process(with, on, in_flight, window, into.settings);
  const double commit_ms = engine.commits.times.percentile_ms(0.5);
  into.alone.add(alone.sagas_per_second);
  into.alone_with_machine.add(alone.with_machine_per_second);
  into.engine.add(engine.sagas_per_second);
  into.share.add(engine.sagas_per_second / alone.sagas_per_second);
  into.commit_ms.add(commit_ms);
  into.batch.add(engine.commits.mean_batch());
  into.alone_batch.add(alone.commits.mean_batch());
  into.cpu_us.add(engine.cpu_us_per_saga);
  into.server_cpu_us.add(engine.server_cpu_us_per_saga);
  into.commits.add(engine.commits_per_saga);
  into.p50_ms.add(engine.latency.percentile_ms(0.5));
  into.p99_ms.add(engine.latency.percentile_ms(0.99));
  into.in_commits.add(engine.latency.percentile_ms(0.5) / commit_ms);
  context::say("  " + std::to_string(in_flight) + " in flight: engine "
               + shown(engine.sagas_per_second) + "/s (batches of "
               + shown(engine.commits.mean_batch()) + ", commit " + shown(commit_ms) + " ms, "
               + shown(engine.cpu_us_per_saga) + " us of processor a saga and "
               + shown(engine.server_cpu_us_per_saga) + " of a server's), store alone "
               + shown(alone.sagas_per_second) + "/s");
}

std::string suffix_of(std::size_t in_flight) {
  return in_flight == headline ? "" : ".at_" + std::to_string(in_flight);
}

bool wants_level(const context& with, const database_kind& on, std::size_t in_flight) {
  for (const char* kind : {".in_process", ".store_alone", ".in_process_share"})
    if (with.wants("sagas_per_second." + on.name() + kind + suffix_of(in_flight)))
      return true;
  if (in_flight == headline)
    return with.wants(on.own() + "commits_per_saga");
  return in_flight == 1
         && (with.wants(on.own() + "commit.median_ms")
             || with.wants(on.own() + "single_saga.p50_ms")
             || with.wants(on.own() + "single_saga.p50_commits"));
}

void report_level(context& with, const database_kind& on, std::size_t in_flight, const level& of) {
  const std::string suffix = suffix_of(in_flight);
  json common = of.settings;
  common.update({{"in_flight", in_flight},
                 {"saga", "lanzar_campania_completa"},
                 {"participants", "in process, ledger in memory"}});
  json engine = common;
  engine["batch_mean"] = rounded(of.batch.median());
  engine["commit_median_ms"] = rounded(of.commit_ms.median());
  engine["cpu_us_per_saga"] = rounded(of.cpu_us.median());
  engine["server_cpu_us_per_saga"] = rounded(of.server_cpu_us.median());
  engine["latency_p50_ms"] = rounded(of.p50_ms.median());
  engine["latency_p99_ms"] = rounded(of.p99_ms.median());
  json alone = common;
  alone["batch_mean"] = rounded(of.alone_batch.median());
  alone["counted"] = "time within commit() alone";
  alone["with_the_machine_per_second"] = rounded(of.alone_with_machine.median());
  const std::string name = "sagas_per_second." + on.name();
  with.add(name + ".in_process" + suffix, of.engine, "sagas/s", engine);
  with.add(name + ".store_alone" + suffix, of.alone, "sagas/s", alone);
  with.add(name + ".in_process_share" + suffix, of.share, "of store_alone, same run", common);
  if (in_flight == headline)
    with.add(on.own() + "commits_per_saga", of.commits, "commits", engine);
  if (in_flight != 1)
    return;
  with.add(on.own() + "commit.median_ms", of.commit_ms, "ms", common);
  with.add(on.own() + "single_saga.p50_ms", of.p50_ms, "ms", engine);
  with.add(on.own() + "single_saga.p50_commits", of.in_commits, "commits", engine);
}

} // namespace

void throughput(context& with, const database_kind& on) {
  std::map<std::size_t, level> levels;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say("throughput without HTTP, run " + std::to_string(run));
    for (const std::size_t in_flight : in_flight_levels)
      if (wants_level(with, on, in_flight))
        run_level(with, on, in_flight, levels[in_flight]);
  }
  for (const auto& [in_flight, figures] : levels)
    report_level(with, on, in_flight, figures);
}

} // namespace sagas::bench
