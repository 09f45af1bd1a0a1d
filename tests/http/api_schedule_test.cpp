// Setting up schedules, and how they are shown.
#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

constexpr const char* path = "/api/v1/programas/cierre";
constexpr const char* paper =
  R"({"cron":"0 9 * * *","inicio":{"tipo":"pago","entrada":{"tarjeta":"4111","a":1}}})";
using words = std::vector<std::string>;

void keep_schedule(world& w, const std::string& name = "cierre") {
  w.reads.documents.push_back(
    {schedule_kind, name, to_document({at("2026-01-01"), json::parse(paper)}), 7, w.now});
}

json kept_paper(const kept_change& change) {
  return json::parse(change.of.content.text())["programa"];
}

} // namespace

TEST_CASE("a schedule is durable, from where the desk says, and only then served",
          "[http][schedule]") {
  world w;
  w.schedules.from = at("2026-01-31T09:00");
  const auto answer = w.send("PUT", path, {.body = paper})->answer();
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"nombre":"cierre"})");
  REQUIRE(w.engine.kept.size() == 1);
  const kept_change& kept = w.engine.kept[0];
  CHECK(kept.what == kept_change::kind::put);
  CHECK(kept.of.kind == "programa");
  CHECK(kept.of.position == 1'769'850'000'000);
  CHECK(kept_paper(kept) == json::parse(paper));
  CHECK(w.schedules.prepared == words{"new cierre"});
  CHECK(w.schedules.told == words{"cierre"});

  w.engine.keep_outcome = failure{errc::unavailable, "the store is away"};
  keep_schedule(w);
  CHECK(w.send("PUT", path, {.body = paper})->answer().status == 503);
  CHECK(w.schedules.prepared.back() == "known cierre");
  CHECK(w.schedules.told.size() == 1);
}

TEST_CASE("what is no schedule is refused, and changes nothing", "[http][schedule]") {
  world w;
  CHECK(w.send("PUT", path, {.body = "{"})->answer().status == 400);
  CHECK(pointers_of(w.send("PUT", path, {.body = R"({"mal":1})"})->answer()) == words{"/mal"});
  CHECK(w.send("PUT", "/api/v1/programas/a b", {.body = paper})->answer().status == 422);
  CHECK(w.get(path).status == 404);
  CHECK(w.get(std::string{path} + "/siguientes").status == 404);
  CHECK(w.send("DELETE", path)->answer().status == 404);
  CHECK(w.post(std::string{path} + "/pausar", "").status == 404);
  CHECK(w.engine.kept.empty());
}

TEST_CASE("a schedule is shown as it was set up and as it fares", "[http][schedule]") {
  world w{false, {}, {}, redaction{{"tarjeta"}}};
  keep_schedule(w);
  json shown = json::parse(w.get(path).body);
  CHECK(shown["estado"] == "activo");
  CHECK(shown["siguiente"].is_null());
  CHECK(shown["programa"]["inicio"]["entrada"] == json::parse(R"({"tarjeta":"***","a":1})"));

  w.schedules.fares["cierre"] = {.how = schedule_state::kind::broken,
                                 .why = "no such tipo",
                                 .next = at("2026-02-01T09:00"),
                                 .last_saga = id_of(1),
                                 .missed = 3};
  shown = json::parse(w.get(path).body);
  CHECK(shown["estado"] == "averiado");
  CHECK(shown["motivo"] == "no such tipo");
  CHECK(shown["siguiente"] == "2026-02-01T09:00:00.000Z");
  CHECK(shown["ultimo_saga_id"] == to_text(id_of(1)));
  CHECK(shown["perdidas"] == 3);
}

TEST_CASE("schedules come in pages by name", "[http][schedule]") {
  world w;
  for (const char* name : {"a", "b", "c"})
    keep_schedule(w, name);
  json page = json::parse(w.get("/api/v1/programas", {{"limite", "2"}}).body);
  CHECK(page["programas"].size() == 2);
  CHECK(page["siguiente"] == "b");
  page = json::parse(w.get("/api/v1/programas", {{"limite", "2"}, {"despues_de", "b"}}).body);
  CHECK(page["programas"][0]["nombre"] == "c");
  CHECK(page["siguiente"].is_null());
  CHECK(w.get("/api/v1/programas", {{"despues_de", "a b"}}).status == 422);
}

TEST_CASE("the next runs are told, as many as asked for", "[http][schedule]") {
  world w;
  keep_schedule(w);
  const std::string next = std::string{path} + "/siguientes";
  CHECK(json::parse(w.get(next).body)["siguientes"].size() == 10);
  CHECK(json::parse(w.get(next, {{"n", "3"}}).body)["siguientes"].size() == 3);
  CHECK(w.get(next, {{"n", "1001"}}).status == 422);
}

TEST_CASE("a schedule is paused and resumed with what no answer shows", "[http][schedule]") {
  world w{false, {}, {}, redaction{{"tarjeta"}}};
  keep_schedule(w);
  w.schedules.from = at("2026-01-31T09:00");
  CHECK(w.post(std::string{path} + "/pausar", "").status == 200);
  CHECK(w.post(std::string{path} + "/reanudar", "").status == 200);
  REQUIRE(w.engine.kept.size() == 2);
  CHECK(kept_paper(w.engine.kept[0])["pausado"] == true);
  CHECK(w.schedules.prepared
        == words{"known cierre"}); // it must be able to start again, not to stop
  CHECK(kept_paper(w.engine.kept[1])["pausado"] == false);
  CHECK(kept_paper(w.engine.kept[1])["inicio"]["entrada"]["tarjeta"] == "4111");
  CHECK(w.schedules.told == words{"cierre", "cierre"});
}

TEST_CASE("a schedule that is removed is gone from the store first", "[http][schedule]") {
  world w;
  keep_schedule(w);
  w.engine.keep_outcome = failure{errc::unknown_outcome, "it may be stored"};
  CHECK(w.send("DELETE", path)->answer().status == 503);
  CHECK(w.schedules.told.empty());
  w.engine.keep_outcome = nothing{};
  CHECK(w.send("DELETE", path)->answer().status == 204);
  CHECK(w.engine.kept.back().what == kept_change::kind::erase);
  CHECK(w.schedules.told == words{"cierre"});
}
