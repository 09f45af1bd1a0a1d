// A million sagas that wait for a signal: the memory they take, how fast their signals are taken
// meanwhile, and how soon a server that was killed accepts starts again.
#include "app/load/histogram.hpp"
#include "bench/benchmarks.hpp"
#include "bench/passing.hpp"
#include "bench/server.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t clients = 16;
constexpr const char* plan =
  R"({"tipo":"espera","pasos":[{"nombre":"visto","espera":{"senal":"aprobada","plazo":"30d"}}]})";

// Starts them; gives the ids of every `nth`.
std::vector<std::string> start_all(const server& on, std::size_t sagas, std::size_t nth) {
  std::vector<std::string> ids;
  ask(on, "POST", "/api/v1/definiciones", plan);
  start_sagas(
    on, sagas, [](std::size_t) { return R"({"tipo":"espera"})"; },
    [&](std::size_t i, const std::string& id) {
      if (i % nth == 0)
        ids.push_back(id);
    });
  return ids;
}

struct signal_figures {
  double per_second = 0;
  load::histogram latency;
};

signal_figures send_signals(const server& on, const std::vector<std::string>& to_sagas) {
  signal_figures figures;
  std::size_t next = 0;
  load::plan load;
  load.host = on.at().host;
  load.port = on.at().port;
  load.clients = clients;
  load.next = [&](std::size_t, std::string& to) {
    if (next == to_sagas.size())
      return false;
    load::write_request(to, "POST", "/api/v1/sagas/" + to_sagas[next++] + "/senales/aprobada",
                        R"({"por":"maria"})");
    return true;
  };
  load.done = [&](const load::answer& got) {
    if (got.status != 202)
      throw failed{"a signal was answered " + std::to_string(got.status) + ": "
                   + std::string{got.body}};
    figures.latency.add(got.took);
  };
  const auto began = steady::now();
  must(load::run(load), "the signals");
  figures.per_second = static_cast<double>(to_sagas.size()) / seconds_since(began);
  return figures;
}

} // namespace

void many_waiting(context& with, const database_kind& on) {
  const std::size_t sagas = with.asked().quick ? 10'000 : 1'000'000;
  const std::string name = with.asked().quick ? "waiting_10k" : "waiting_1m";
  series rss, signals, p99_ms, accepting;
  json settings;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say(name + ", run " + std::to_string(run));
    const auto file = on.make("waiting");
    const std::size_t told = std::min<std::size_t>(sagas, 50'000);
    server first{*file};
    const auto ids = start_all(first, sagas, sagas / told);
    rss.add(first.memory_mib());
    const auto figures = send_signals(first, ids);
    signals.add(figures.per_second);
    p99_ms.add(figures.latency.percentile_ms(0.99));
    first.kill9();
    const auto killed = steady::now();
    server second{*file};
    accepting.add(seconds_since(killed));
    second.stop();
    check_count(*file, "COMPLETADA", ids.size());
    check_count(*file, "EN_PROGRESO", sagas - ids.size());
    settings = file->settings();
  }
  settings["sagas"] = sagas;
  settings["clients"] = clients;
  with.add(name + ".rss_mb", rss, "MiB", settings);
  with.add(name + ".signals_per_second", signals, "1/s", settings);
  with.add(name + ".signal_p99_ms", p99_ms, "ms", settings);
  with.add(name + ".accepting_after_kill_s", accepting, "s", settings);
}

} // namespace sagas::bench
