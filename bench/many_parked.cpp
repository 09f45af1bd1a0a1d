// A hundred thousand sagas that wait for a person: what they take, how fast the queue is read, how
// an order about ten thousand of them is worked off, and how soon a killed server accepts again.
#include "app/load/histogram.hpp"
#include "bench/benchmarks.hpp"
#include "bench/passing.hpp"
#include "bench/server.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t reads = 100;
constexpr int asked_per_second = 500;
constexpr std::chrono::minutes within{10};
// Its second step is refused, and the first one's undo at its only attempt; at the next it is done.
constexpr const char* plan =
  R"({"tipo":"detenida","politica_compensacion":{"intentos":1},"pasos":[)"
  R"({"nombre":"reservar","microservicio":"uno","compensacion":"liberar"},)"
  R"({"nombre":"cobrar","microservicio":"dos"}]})";
constexpr const char* start = R"({"tipo":"detenida","inyeccion":{"dos":{"fallo":"negocio"},)"
                              R"("uno":{"fallo":"negocio","operacion":"compensacion","veces":1}}})";

server serve(const database& of) {
  return server{of, {"--stand-ins", "uno,dos", "--allow-injection"}};
}

template <class Holds>
void await(const char* what, Holds holds) {
  if (!holds_by(steady::now() + within, milliseconds{20}, holds))
    throw failed{std::string{what} + " did not come about within ten minutes"};
}

void await_count(const server& on, const char* estado, std::size_t sagas) {
  await(estado, [&] {
    const json figures = json::parse(ask(on, "GET", "/api/v1/sagas/estadisticas"));
    return figures["por_estado"].value(estado, std::size_t{0}) == sagas;
  });
}

void park(const server& on, std::size_t sagas) {
  ask(on, "POST", "/api/v1/definiciones", plan);
  start_sagas(on, sagas, [](std::size_t) { return start; });
  await_count(on, "REQUIERE_ATENCION", sagas);
}

double p95_ms(const server& on, const std::string& path) {
  load::histogram took;
  for (std::size_t i = 0; i < reads; ++i) {
    const auto began = steady::now();
    ask(on, "GET", path);
    took.add(std::chrono::duration_cast<load::microseconds>(steady::now() - began));
  }
  return took.percentile_ms(0.95);
}

// Decided a second, from the order until its last one.
double decide(const server& on, std::size_t sagas) {
  const json order{{"filtro", {{"microservicio", "uno"}}},
                   {"decision", "reintentar"},
                   {"razon", "uno works again"},
                   {"limite", sagas},
                   {"por_segundo", asked_per_second}};
  const auto began = steady::now();
  const json job = json::parse(ask(on, "POST", "/api/v1/atencion/decidir", order.dump()));
  json told;
  await("the end of an order", [&] {
    told = json::parse(ask(on, "GET", job["url"]));
    return told["estado"] == "TERMINADO" || told["estado"] == "DETENIDO";
  });
  if (told["decididas"] != sagas)
    throw failed{"not every saga was decided: " + told.dump()};
  return static_cast<double>(sagas) / seconds_since(began);
}

} // namespace

void many_parked(context& with, const database_kind& on) {
  const std::size_t sagas = with.asked().quick ? 10'000 : 100'000;
  const std::size_t decided = sagas / 10;
  const std::string name = on.own() + (with.asked().quick ? "parked_10k" : "parked_100k");
  series rss, page, causes, decisions, accepting;
  json settings;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say(name + ", run " + std::to_string(run));
    const auto file = on.make("parked");
    server first = serve(*file);
    park(first, sagas);
    rss.add(first.memory_mib());
    page.add(p95_ms(first, "/api/v1/atencion?microservicio=uno&limite=50"));
    causes.add(p95_ms(first, "/api/v1/atencion/causas"));
    decisions.add(decide(first, decided));
    await_count(first, "COMPENSADA", decided); // what is decided is only then about to be done
    first.kill9();
    const auto killed = steady::now();
    server second = serve(*file);
    accepting.add(seconds_since(killed));
    second.stop();
    check_count(*file, "REQUIERE_ATENCION", sagas - decided);
    check_count(*file, "COMPENSADA", decided);
    settings = file->settings();
  }
  settings["sagas"] = sagas;
  with.add(name + ".rss_mb", rss, "MiB", settings);
  with.add(name + ".page_p95_ms", page, "ms", settings);
  with.add(name + ".causes_p95_ms", causes, "ms", settings);
  with.add(name + ".accepting_after_kill_s", accepting, "s", settings);
  settings.update({{"decided", decided}, {"asked_per_second", asked_per_second}});
  with.add(name + ".decisions_per_second", decisions, "1/s", settings);
}

} // namespace sagas::bench
