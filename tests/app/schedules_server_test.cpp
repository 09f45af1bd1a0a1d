// The real program: schedules over the command line and the HTTP interface.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/clock.hpp"
#include "persistence/sqlite_store.hpp"
#include "running_server.hpp"
#include "saga/schedule.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

namespace {

struct schedule_world : running_server {
  schedule_world() { start(); }

  json shown(const std::string& name) { return json::parse(verb({"schedules", "show", name}).out); }
  template <class Is>
  bool becomes(const std::string& name, Is is) {
    return in_time([&] { return is(shown(name)); });
  }
  std::string metrics() const { return send({.path = "/metrics"}).body; }
};

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

constexpr const char* plan =
  R"({"tipo":"pago","pasos":[{"nombre":"cobrar","microservicio":"pagos"}]})";
constexpr const char* yearly =
  R"({"cron":"30 2 29 3 *","zona":"Europe/Madrid","inicio":{"tipo":"pago"}})";

} // namespace

TEST_CASE("an operator sets a schedule, sees when it runs, and pauses it", "[app][schedule]") {
  schedule_world w;
  const auto early = w.verb({"schedules", "set", "anual", yearly});
  CHECK(early.code == 2);
  CHECK(has(early.err, "/inicio/tipo"));
  REQUIRE(w.verb({"def", "register", plan}).code == 0);
  REQUIRE(w.verb({"schedules", "set", "anual", yearly}).code == 0);
  CHECK(w.becomes("anual", [](const json& is) { return !is["siguiente"].is_null(); }));
  const auto next = w.verb({"schedules", "next", "anual", "-n", "3"});
  CHECK(next.code == 0);
  CHECK(std::count(next.out.begin(), next.out.end(), '\n') == 3);
  CHECK(has(next.out, "2032-03-29T00:30:00.000Z") == false);
  const auto list = w.verb({"schedules", "list"});
  CHECK(has(list.out, "30 2 29 3 *"));
  CHECK(has(list.out, "Europe/Madrid"));
  CHECK(has(w.metrics(), "sagas_schedules{estado=\"activo\"} 1"));
  CHECK(has(w.metrics(), "sagas_schedule_runs_total{resultado=\"iniciada\"} 0"));

  CHECK(w.verb({"schedules", "pause", "anual"}).code == 0);
  CHECK(w.becomes("anual", [](const json& is) { return is["estado"] == "pausado"; }));
  CHECK(w.shown("anual")["siguiente"].is_null());
  CHECK(w.verb({"schedules", "resume", "anual"}).code == 0);
  CHECK(w.becomes("anual", [](const json& is) { return is["estado"] == "activo"; }));
  CHECK(w.verb({"schedules", "remove", "anual"}).code == 0);
  CHECK(w.verb({"schedules", "show", "anual"}).code != 0);
  CHECK(w.verb({"schedules", "remove", "anual"}).code != 0);
}

TEST_CASE("every fault of a schedule is told on the command line", "[app][schedule]") {
  schedule_world w;
  const auto wrong = w.verb(
    {"schedules", "set", "mal", R"({"cron":"0 25 * * *","zona":"Europa/Madrid","inicio":{}})"});
  CHECK(wrong.code == 2);
  for (const char* place : {"/cron", "/zona", "/inicio/tipo"}) {
    INFO(place << " in " << wrong.err);
    CHECK(has(wrong.err, place));
  }
}

TEST_CASE("what was missed while the server was away is made up at its start, once",
          "[app][schedule]") {
  schedule_world w;
  REQUIRE(w.verb({"def", "register", plan}).code == 0);
  w.stop();
  {
    auto store = open_sqlite_store({.path = w.server.database(), .node = "antes"});
    REQUIRE(store);
    const timestamp from = system_now() - std::chrono::hours{3};
    const json_value what = json_value::parse(
      R"({"cron":"*/30 * * * *","perdidas":"todas","instante_en":"t","inicio":{"tipo":"pago"}})");
    const kept_change put{kept_change::kind::put,
                          {schedule_kind, "media_hora", to_document({from, what}),
                           static_cast<std::uint64_t>(from.time_since_epoch().count()), from}};
    REQUIRE((*store)->keep({&put, 1}));
  }
  w.start();
  CHECK(w.becomes("media_hora", [](const json& is) { return is["iniciadas"] >= 6; }));
  const json first = w.shown("media_hora");
  CHECK(first["perdidas"] == 0);
  w.stop();
  w.start();
  CHECK(w.becomes("media_hora", [](const json& is) { return !is["siguiente"].is_null(); }));
  CHECK(w.shown("media_hora")["iniciadas"] <= 1); // one whose time came meanwhile, at most
  const auto sagas = w.verb({"list", "--json"});
  CHECK(has(sagas.out, first["ultimo_saga_id"].get<std::string>()));
}
