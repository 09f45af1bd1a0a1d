// Sagas a second, and how long they take, as a client over HTTP sees them: the real program on a
// fresh file, the load generator on the same machine.
#include "bench/benchmarks.hpp"
#include "bench/http_loop.hpp"

namespace sagas::bench {
namespace {

constexpr std::size_t crowd = 1'000;
constexpr std::size_t few = 64;

struct level {
  series per_second;
  series p50_ms;
  series p95_ms;
  series p99_ms;
  series client_us;
  series server_us;
  std::uint64_t refused = 0;
  json settings; ///< of the database
};

void run_level(context& with, const database_kind& on, std::size_t clients,
               const std::vector<std::string>& flags, level& into) {
  const auto file = on.make("http");
  std::uint64_t ended = 0;
  {
    server child{*file, flags};
    const auto figures = run_http_loop(child, clients, with.warm_up(), with.window());
    into.settings = file->settings();
    ended = figures.ended;
    into.per_second.add(figures.sagas_per_second);
    into.p50_ms.add(figures.latency.percentile_ms(0.50));
    into.p95_ms.add(figures.latency.percentile_ms(0.95));
    into.p99_ms.add(figures.latency.percentile_ms(0.99));
    into.client_us.add(figures.client_us_per_request);
    into.server_us.add(figures.server_us_per_request);
    into.refused += figures.refused;
    context::say("  " + std::to_string(clients) + " clients: " + shown(figures.sagas_per_second)
                 + "/s, p50 " + shown(figures.latency.percentile_ms(0.50)) + " ms, p99 "
                 + shown(figures.latency.percentile_ms(0.99)) + " ms, a request costs the server "
                 + shown(figures.server_us_per_request) + " us and the client "
                 + shown(figures.client_us_per_request) + " us");
    child.stop();
  }
  check_count(*file, "COMPLETADA", ended);
}

json settings_of(const level& of, std::size_t clients, const std::string& ledger) {
  json all = of.settings;
  all.update({{"clients", clients},
              {"request", "POST /comandos/lanzar-campania-completa?esperar=30s, kept alive"},
              {"participants", "in the server, ledger " + ledger},
              {"load_generator", "same machine, one thread"},
              {"client_cpu_us_per_request", rounded(of.client_us.median())},
              {"server_cpu_us_per_request", rounded(of.server_us.median())},
              {"refused_503", of.refused}});
  return all;
}

// All figures of one number of clients, with the participants' ledger in a file or in memory.
struct variant {
  std::size_t clients;
  const char* ledger;
  const char* suffix; // of the figures' names
};
constexpr variant variants[] = {
  {crowd, "file", ""},
  {few, "file", ".at_64"},
  {crowd, "memory", ".ledger_in_memory"},
};

std::string throughput_name(const database_kind& on, const variant& of) {
  return "sagas_per_second." + on.name() + ".http" + of.suffix;
}

std::string latency_name(const database_kind& on, const variant& of, const char* which) {
  if (std::string_view{of.ledger} == "memory")
    return {};
  return on.own() + "latency.http." + which + "_ms" + (of.clients == few ? "" : ".at_1000");
}

bool wants(const context& with, const database_kind& on, const variant& which) {
  if (with.wants(throughput_name(on, which)))
    return true;
  for (const char* percentile : {"p50", "p95", "p99"})
    if (const auto name = latency_name(on, which, percentile); !name.empty() && with.wants(name))
      return true;
  return false;
}

void report(context& with, const database_kind& on, const variant& which, const level& of) {
  const json settings = settings_of(of, which.clients, which.ledger);
  with.add(throughput_name(on, which), of.per_second, "sagas/s", settings);
  if (latency_name(on, which, "p50").empty())
    return;
  with.add(latency_name(on, which, "p50"), of.p50_ms, "ms", settings);
  with.add(latency_name(on, which, "p95"), of.p95_ms, "ms", settings);
  with.add(latency_name(on, which, "p99"), of.p99_ms, "ms", settings);
}

} // namespace

void over_http(context& with, const database_kind& on) {
  for (const variant& which : variants) {
    if (!wants(with, on, which))
      continue;
    level figures;
    std::vector<std::string> flags;
    if (std::string_view{which.ledger} == "memory")
      flags = {"--ledger", "memory"};
    for (int run = 1; run <= with.asked().runs; ++run) {
      context::say("over HTTP, run " + std::to_string(run));
      run_level(with, on, which.clients, flags, figures);
    }
    report(with, on, which, figures);
  }
}

} // namespace sagas::bench
