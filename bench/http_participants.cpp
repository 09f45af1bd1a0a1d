// Sagas a second when every step is a call to a web service: the real program on a fresh database,
// four services in processes of their own and the load generator, all on the same machine.
#include "bench/benchmarks.hpp"
#include "bench/http_loop.hpp"
#include "bench/web_participants.hpp"

namespace sagas::bench {
namespace {

constexpr std::size_t in_flight = 500;

struct figures {
  series per_second, p50_ms, p99_ms, server_us, services_us;
  json settings; // of the database
};

void run_once(context& with, const database_kind& on, figures& into) {
  const auto file = on.make("web-participants");
  const web_participants services{campaign_services()};
  server child{*file, services.flags(*file)};
  const auto told = run_http_loop(child, in_flight, with.warm_up(), with.window());
  const double services_us = services.cpu_time().count() * 1e6 / static_cast<double>(told.ended);
  into.settings = file->settings();
  into.per_second.add(told.sagas_per_second);
  into.p50_ms.add(told.latency.percentile_ms(0.50));
  into.p99_ms.add(told.latency.percentile_ms(0.99));
  into.server_us.add(told.server_us_per_request);
  into.services_us.add(services_us);
  context::say(
    "  " + shown(told.sagas_per_second) + "/s, p50 " + shown(told.latency.percentile_ms(0.50))
    + " ms, p99 " + shown(told.latency.percentile_ms(0.99)) + " ms; a saga costs the server "
    + shown(told.server_us_per_request) + " us and the services " + shown(services_us) + " us");
  child.stop();
  check_count(*file, "COMPLETADA", told.ended);
}

} // namespace

void http_participants(context& with, const database_kind& on) {
  figures all;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say("participants over HTTP, run " + std::to_string(run));
    run_once(with, on, all);
  }
  json settings = all.settings;
  settings.update({{"in_flight", in_flight},
                   {"saga", "lanzar_campania_completa, started over HTTP"},
                   {"participants", "four processes, one call a step, on this machine"},
                   {"load_generator", "same machine, one thread"},
                   {"latency_p50_ms", rounded(all.p50_ms.median())},
                   {"latency_p99_ms", rounded(all.p99_ms.median())},
                   {"server_cpu_us_per_saga", rounded(all.server_us.median())},
                   {"services_cpu_us_per_saga", rounded(all.services_us.median())}});
  with.add("sagas_per_second." + on.name() + ".http_participants", all.per_second, "sagas/s",
           settings);
}

} // namespace sagas::bench
