// What it costs that the server removes old sagas meanwhile (db.retention): starts and whole sagas
// over HTTP, without and with it, in turn on one file; while it works there are always more left.
#include <thread>

#include "app/clock.hpp"
#include "bench/benchmarks.hpp"
#include "bench/campaign.hpp"
#include "bench/http_loop.hpp"
#include "bench/passing.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t clients = 64;
constexpr milliseconds apart{5}; // between single starts
constexpr const char* start_path = "/api/v1/comandos/lanzar-campania-completa";

struct side {
  series start_p50, start_p99, saga_p50, saga_p99, sagas_per_second;
};

// One start every 5 ms, answered when it is durable; the sagas go their way.
load::histogram paced_starts(const server& on, milliseconds window, std::uint64_t& number) {
  load::histogram times;
  const auto begun = steady::now();
  auto due = begun;
  load::plan plan;
  plan.host = on.at().host;
  plan.port = on.at().port;
  plan.next = [&](std::size_t, std::string& to) {
    if (steady::now() >= begun + window)
      return false;
    std::this_thread::sleep_until(due += apart);
    load::write_request(to, "POST", start_path, campaign_maker::command_body(number++));
    return true;
  };
  plan.done = [&](const load::answer& got) {
    if (got.status != 202)
      throw failed{"a start was answered " + std::to_string(got.status)};
    times.add(got.took);
  };
  must(load::run(plan), "the starts");
  return times;
}

// How many sagas were removed meanwhile, a second.
double measure(context& with, const database& file, const std::vector<std::string>& flags,
               std::uint64_t& number, side& to) {
  const std::int64_t before = file.number("SELECT count(*) FROM sagas_retiradas");
  const auto begun = steady::now();
  server child{file, flags};
  std::this_thread::sleep_for(with.warm_up());
  const auto starts = paced_starts(child, with.window(), number);
  const auto sagas = run_http_loop(child, clients, with.warm_up(), with.window(), number);
  number += 10'000'000;
  const std::int64_t after = file.number("SELECT count(*) FROM sagas_retiradas");
  const double seconds = seconds_since(begun);
  child.stop();
  to.start_p50.add(starts.percentile_ms(0.50));
  to.start_p99.add(starts.percentile_ms(0.99));
  to.saga_p50.add(sagas.latency.percentile_ms(0.50));
  to.saga_p99.add(sagas.latency.percentile_ms(0.99));
  to.sagas_per_second.add(sagas.sagas_per_second);
  context::say("  starts p50 " + shown(starts.percentile_ms(0.50)) + " ms, p99 "
               + shown(starts.percentile_ms(0.99)) + " ms; sagas p50 "
               + shown(sagas.latency.percentile_ms(0.50)) + " ms, p99 "
               + shown(sagas.latency.percentile_ms(0.99)) + " ms, " + shown(sagas.sagas_per_second)
               + "/s; " + std::to_string(after - before) + " removed");
  return static_cast<double>(after - before) / seconds;
}

// With over without, pair by pair.
void report(context& with, const std::string& name, const series& without, const series& removing,
            const series& ratios, json settings) {
  settings["without"] = rounded(without.median());
  settings["while_removing"] = rounded(removing.median());
  with.add(name, ratios, "while removing, to without", std::move(settings));
}

// How many sagas the server may still remove.
std::int64_t old_ones(const database& in) {
  std::string day_ago = to_iso(now() - std::chrono::hours{24}).substr(0, 19);
  day_ago[10] = ' ';
  return in.number("SELECT count(*) FROM sagas WHERE timestamp_fin < '" + day_ago + "'");
}

} // namespace

void old_removed(context& with, const database_kind& on) {
  const std::uint64_t sagas = with.asked().quick ? 20'000 : 200'000;
  const auto file = on.make("old");
  context::say("writing " + std::to_string(sagas) + " ended sagas");
  file->fill(sagas);
  side without, removing;
  series rate, start_p50, start_p99, saga_p50, saga_p99, throughput;
  std::uint64_t number = 1ULL << 40;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say("run " + std::to_string(run) + ": without, and while removing");
    side off, work;
    measure(with, *file, {}, number, off);
    rate.add(measure(with, *file, {"--db-retention", "1d"}, number, work));
    const auto pair = [](const series& a, const series& b, series& both_a, series& both_b,
                         series& ratio) {
      both_a.add(a.median());
      both_b.add(b.median());
      ratio.add(b.median() / a.median());
    };
    pair(off.start_p50, work.start_p50, without.start_p50, removing.start_p50, start_p50);
    pair(off.start_p99, work.start_p99, without.start_p99, removing.start_p99, start_p99);
    pair(off.saga_p50, work.saga_p50, without.saga_p50, removing.saga_p50, saga_p50);
    pair(off.saga_p99, work.saga_p99, without.saga_p99, removing.saga_p99, saga_p99);
    pair(off.sagas_per_second, work.sagas_per_second, without.sagas_per_second,
         removing.sagas_per_second, throughput);
  }
  if (old_ones(*file) == 0)
    throw failed{"all old sagas were removed before the end: the figures say nothing"};
  json settings = file->settings();
  settings.update(
    {{"stored_old", sagas}, {"starts_apart_ms", apart.count()}, {"clients", clients}});
  const std::string name = on.own() + "retention.";
  with.add(name + "removed_per_second", rate, "sagas/s", settings);
  report(with, name + "start_p50", without.start_p50, removing.start_p50, start_p50, settings);
  report(with, name + "start_p99", without.start_p99, removing.start_p99, start_p99, settings);
  report(with, name + "saga_p50", without.saga_p50, removing.saga_p50, saga_p50, settings);
  report(with, name + "saga_p99", without.saga_p99, removing.saga_p99, saga_p99, settings);
  report(with, name + "throughput", without.sagas_per_second, removing.sagas_per_second, throughput,
         settings);
}

} // namespace sagas::bench
