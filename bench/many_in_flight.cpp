// 100,000 sagas that wait for their last participant: the memory they take, and how long a restart
// after kill -9 takes until each of them has moved.
#include <fstream>
#include <thread>

#include "bench/benchmarks.hpp"
#include "bench/campaign.hpp"
#include "bench/passing.hpp"
#include "bench/server.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr milliseconds look_every{100};
constexpr std::chrono::seconds settle_time{10}; // what waits so long keeps less in memory
constexpr std::chrono::seconds limit{300};

// The call of the last step is lost, and its time-out is an hour.
std::filesystem::path write_injection(const context& with) {
  const auto path = with.file("silence.json");
  std::ofstream{path} << R"({"seed":1,"services":{"notificaciones":{"lost_call":1}}})";
  return path;
}

constexpr const char* waiting = "pasos_saga WHERE estado = 'EJECUTANDO' "
                                "AND nombre = 'preparar_notificaciones_campania'";

// Polls the database until `sql` gives that number.
double wait_for(const database& at, const std::string& sql, std::int64_t wanted,
                steady::time_point since) {
  if (!holds_by(since + limit, look_every, [&] { return at.number(sql) == wanted; }))
    throw failed{"after 5 minutes " + sql + " still gives " + std::to_string(at.number(sql))};
  return seconds_since(since);
}

double wait_until_all_wait(const database& at, std::size_t sagas) {
  return wait_for(at, std::string{"SELECT count(*) FROM "} + waiting,
                  static_cast<std::int64_t>(sagas), steady::now());
}

// Asks for any that still waits, which costs next to nothing, unlike counting them.
double wait_until_none_waits(const database& at, steady::time_point since) {
  return wait_for(at, std::string{"SELECT EXISTS(SELECT 1 FROM "} + waiting + ")", 0, since);
}

void start_all(const server& on, std::size_t sagas) {
  const campaign_maker campaigns{patient_plan()};
  ask(on, "POST", "/api/v1/definiciones", std::string{campaigns.plan()->source.text()});
  start_sagas(on, sagas, [&](std::size_t i) { return campaigns.start_body(i); });
}

struct run_figures {
  double idle_mib = 0;
  double rss_mib = 0;
  double peak_mib = 0;
  double resume_seconds = 0;
  double accepting_seconds = 0;
  double resumed_peak_mib = 0;
};

run_figures run_once(const context& with, const database& in, std::size_t sagas) {
  const std::vector<std::string> room{"--engine-sagas-max", std::to_string(2 * sagas)};
  run_figures figures;
  {
    std::vector<std::string> flags = room;
    flags.insert(flags.end(), {"--injection", write_injection(with).string()});
    server first{in, flags};
    figures.idle_mib = first.memory_mib();
    start_all(first, sagas);
    wait_until_all_wait(in, sagas);
    std::this_thread::sleep_for(settle_time);
    figures.rss_mib = first.memory_mib();
    figures.peak_mib = first.memory_mib("VmHWM");
    first.kill9();
  }
  const auto killed = steady::now();
  server second{in, room};
  figures.accepting_seconds = seconds_since(killed);
  figures.resume_seconds = wait_until_none_waits(in, killed);
  figures.resumed_peak_mib = second.memory_mib("VmHWM");
  second.stop();
  check_count(in, "COMPLETADA", sagas); // moved is not enough: every one has come to its end
  return figures;
}

} // namespace

void many_in_flight(context& with, const database_kind& on) {
  const std::size_t sagas = with.asked().quick ? 10'000 : 100'000;
  const std::string count = with.asked().quick ? "10k" : "100k";
  series rss;
  series each_kib;
  series resume;
  series accepting;
  series resumed_peak;
  json settings;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say(count + " in flight, run " + std::to_string(run));
    const auto file = on.make("in-flight");
    const auto figures = run_once(with, *file, sagas);
    settings = file->settings();
    rss.add(figures.rss_mib);
    each_kib.add((figures.rss_mib - figures.idle_mib) * 1024 / static_cast<double>(sagas));
    resume.add(figures.resume_seconds);
    accepting.add(figures.accepting_seconds);
    resumed_peak.add(figures.resumed_peak_mib);
    context::say("  " + shown(figures.rss_mib) + " MiB (idle " + shown(figures.idle_mib) + ", peak "
                 + shown(figures.peak_mib) + "), all moved after " + shown(figures.resume_seconds)
                 + " s (accepting after " + shown(figures.accepting_seconds) + " s)");
  }
  settings["sagas"] = sagas;
  settings["waiting_for"] = "the last of four steps, whose participant says nothing";
  with.add("in_flight_" + count + ".rss_mb", rss, "MiB", settings);
  with.add("in_flight_" + count + ".kib_per_saga", each_kib, "KiB", settings);
  settings["measured"] = "from the kill -9 until plain SQL shows no saga that still waits";
  settings["accepting_starts_after_s"] = rounded(accepting.median());
  settings["peak_mib_after_restart"] = rounded(resumed_peak.median());
  with.add("resume_" + count + ".seconds", resume, "s", settings);
}

} // namespace sagas::bench
