// Sagas a second with a durable store, without HTTP: the engine, and the store alone, taken in turn
// so that both meet the same moods of the machine.
#include <map>

#include "app/clock.hpp"
#include "bench/benchmarks.hpp"
#include "bench/engine_world.hpp"
#include "bench/machine_loop.hpp"
#include "bench/sql.hpp"

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

store_figures run_store_alone(context& with, std::size_t in_flight, milliseconds window) {
  const auto file = with.file("store-alone.db");
  commit_log commits;
  store_figures figures;
  std::uint64_t ended = 0;
  {
    const auto storage = open_timed_store(file, commits);
    machine_loop loop{launch_plan(),
                      {.in_flight = in_flight, .starts_at = [](std::uint64_t) { return now(); }}};
    std::uint64_t before = 0;
    auto began = steady::now();
    const auto warm = began + with.warm_up();
    const auto until = warm + window;
    for (bool measuring = false; steady::now() < until;) {
      commit_all(*storage, loop.next(), now());
      ended += loop.committed();
      if (!measuring && steady::now() >= warm) {
        measuring = true;
        before = ended;
        commits.take();
        began = steady::now();
      }
    }
    figures.commits = commits.take();
    const auto counted = static_cast<double>(ended - before);
    figures.sagas_per_second = counted / figures.commits.spent.count();
    figures.with_machine_per_second =
      counted / std::chrono::duration<double>(steady::now() - began).count();
  }
  check_count(file, "COMPLETADA", ended);
  remove_store(file);
  return figures;
}

loop_figures run_in_process(context& with, std::size_t in_flight, milliseconds window) {
  const auto file = with.file("in-process.db");
  loop_figures figures;
  std::uint64_t ended = 0;
  {
    engine_world world{file};
    figures = world.run(in_flight, with.warm_up(), window);
    ended = world.ended();
  }
  check_count(file, "COMPLETADA", ended);
  return figures; // the file stays: its settings are read by whoever reports
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
};

void run_level(context& with, std::size_t in_flight, level& into) {
  const milliseconds window = in_flight == headline ? with.window() : with.window() / 2;
  const auto alone = run_store_alone(with, in_flight, window);
  const auto engine = run_in_process(with, in_flight, window);
  const double commit_ms = engine.commits.times.percentile_ms(0.5);
  into.alone.add(alone.sagas_per_second);
  into.alone_with_machine.add(alone.with_machine_per_second);
  into.engine.add(engine.sagas_per_second);
  into.share.add(engine.sagas_per_second / alone.sagas_per_second);
  into.commit_ms.add(commit_ms);
  into.batch.add(engine.commits.mean_batch());
  into.alone_batch.add(alone.commits.mean_batch());
  into.cpu_us.add(engine.cpu_us_per_saga);
  into.p50_ms.add(engine.latency.percentile_ms(0.5));
  into.p99_ms.add(engine.latency.percentile_ms(0.99));
  into.in_commits.add(engine.latency.percentile_ms(0.5) / commit_ms);
  context::say("  " + std::to_string(in_flight) + " in flight: engine "
               + shown(engine.sagas_per_second) + "/s (batches of "
               + shown(engine.commits.mean_batch()) + ", commit " + shown(commit_ms) + " ms, "
               + shown(engine.cpu_us_per_saga) + " us of processor a saga), store alone "
               + shown(alone.sagas_per_second) + "/s");
}

std::string suffix_of(std::size_t in_flight) {
  return in_flight == headline ? "" : ".at_" + std::to_string(in_flight);
}

bool wants_level(const context& with, std::size_t in_flight) {
  for (const char* kind : {"in_process", "store_alone", "in_process_share"})
    if (with.wants(std::string{"sagas_per_second.sqlite."} + kind + suffix_of(in_flight)))
      return true;
  return in_flight == 1
         && (with.wants("commit.median_ms") || with.wants("single_saga.p50_ms")
             || with.wants("single_saga.p50_commits"));
}

void report_level(context& with, std::size_t in_flight, const level& of, const json& durability) {
  const std::string suffix = suffix_of(in_flight);
  const json common{{"durability", durability},
                    {"in_flight", in_flight},
                    {"saga", "lanzar_campania_completa"},
                    {"participants", "in process, ledger in memory"}};
  json engine = common;
  engine["batch_mean"] = rounded(of.batch.median());
  engine["commit_median_ms"] = rounded(of.commit_ms.median());
  engine["cpu_us_per_saga"] = rounded(of.cpu_us.median());
  engine["latency_p50_ms"] = rounded(of.p50_ms.median());
  engine["latency_p99_ms"] = rounded(of.p99_ms.median());
  json alone = common;
  alone["batch_mean"] = rounded(of.alone_batch.median());
  alone["counted"] = "time within commit() alone";
  alone["with_the_machine_per_second"] = rounded(of.alone_with_machine.median());
  with.add("sagas_per_second.sqlite.in_process" + suffix, of.engine, "sagas/s", engine);
  with.add("sagas_per_second.sqlite.store_alone" + suffix, of.alone, "sagas/s", alone);
  with.add("sagas_per_second.sqlite.in_process_share" + suffix, of.share,
           "of store_alone, same run", common);
  if (in_flight != 1)
    return;
  with.add("commit.median_ms", of.commit_ms, "ms", common);
  with.add("single_saga.p50_ms", of.p50_ms, "ms", engine);
  with.add("single_saga.p50_commits", of.in_commits, "commits", engine);
}

} // namespace

void throughput(context& with) {
  std::map<std::size_t, level> levels;
  json durability;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say("throughput without HTTP, run " + std::to_string(run));
    for (const std::size_t in_flight : in_flight_levels) {
      if (!wants_level(with, in_flight))
        continue;
      run_level(with, in_flight, levels[in_flight]);
      durability = durability_of(with.file("in-process.db"));
      remove_store(with.file("in-process.db"));
    }
  }
  for (const auto& [in_flight, figures] : levels)
    report_level(with, in_flight, figures, durability);
}

} // namespace sagas::bench
