// POST /sagas/{id}/compensar.
#include "api_fakes.hpp"
#include "saga/definition_json.hpp"
#include "saga/undo.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http::testing;

namespace {

constexpr const char* order = R"({"razon":"se lanzó por error"})";
const std::string path = "/api/v1/sagas/" + to_text(id_of(1)) + "/compensar";

// A saga of two steps, done.
struct undo_world : world {
  explicit undo_world(const char* window = R"("ventana_compensacion":"1d",)") {
    const auto plan = parse_definition(std::string{R"({"tipo":"viaje",)"} + window + R"("pasos":[
      {"nombre":"vuelo","microservicio":"vuelos","compensacion":"anular_vuelo"},
      {"nombre":"hotel","microservicio":"hoteles","compensacion":"anular_hotel"}]})");
    REQUIRE(plan);
    definitions.add(*plan);
    saga_view& saga = reads.sagas[id_of(1)];
    saga.header.id = id_of(1);
    saga.header.type = "viaje";
    saga.header.status = saga_status::completed;
    saga.header.steps_total = 2;
    saga.header.started = now;
    saga.header.ended = now;
    saga.header.campaign_id = "c-1";
    saga.header.input = document{"{}"};
    for (std::uint32_t i = 0; i < 2; ++i) {
      step_view row = step_row_of(i + 1, i, i == 0 ? "vuelo" : "hotel",
                                  i == 0 ? "vuelos" : "hoteles", operation::action,
                                  step_status::completed);
      row.row.base = 1;
      row.row.input = document{"{}"};
      row.row.output = document{"{}"};
      reads.rows[id_of(1)].push_back(row);
    }
    engine.on_start = [](const start_request&) {
      return result<started>{started{id_of(2), saga_status::compensating, true}};
    };
  }
};

} // namespace

TEST_CASE("an undo is started once, with what was done and by whom", "[http][undo]") {
  undo_world w;
  const auto answer = w.post(path, order, {{"saga-operador", "ana"}});
  INFO(answer.body);
  CHECK(answer.status == 202);
  CHECK(answer.body.find(to_text(id_of(2))) != std::string::npos);
  REQUIRE(w.engine.starts.size() == 1);
  const start_request& begun = w.engine.starts[0].what;
  REQUIRE(begun.undoes);
  CHECK(begun.undoes->of == id_of(1));
  CHECK(begun.undoes->done.size() == 2);
  CHECK(begun.undoes->who.by == "ana");
  CHECK(begun.undoes->who.reason == "se lanzó por error");
  CHECK(begun.campaign_id == "c-1");
  REQUIRE(begun.once);
  CHECK(begun.once->key == undo_key(id_of(1)));
}

TEST_CASE("an undo needs a reason, a saga, and an open window", "[http][undo]") {
  undo_world w;
  CHECK(w.post(path, "{}").status == 422);
  CHECK(w.post("/api/v1/sagas/" + to_text(id_of(9)) + "/compensar", order).status == 404);
  w.reads.sagas[id_of(1)].header.status = saga_status::running;
  CHECK(w.post(path, order).status == 409);
  CHECK(w.engine.starts.empty());
  undo_world never{""};
  const auto refused = never.post(path, order);
  CHECK(refused.status == 409);
  CHECK(refused.body.find("ventana_compensacion") != std::string::npos);
}

TEST_CASE("an undo shows what it would do, and does nothing", "[http][undo]") {
  undo_world w;
  const auto shown =
    w.send("POST", path, {.body = order, .query = {{"simular", "true"}}})->answer();
  INFO(shown.body);
  CHECK(shown.status == 200);
  const auto first = shown.body.find("hotel");
  CHECK(first < shown.body.find("vuelo"));
  CHECK(shown.body.find("COMPENSADA") != std::string::npos);
  CHECK(w.engine.starts.empty());
}

TEST_CASE("a saga tells what undoes it, and what it undoes", "[http][undo]") {
  undo_world w;
  const std::string saga = "/api/v1/sagas/" + to_text(id_of(1));
  CHECK(w.get(saga).body.find(R"("deshecha_por":null)") != std::string::npos);
  w.reads.keys[undo_key(id_of(1))] = id_of(2);
  CHECK(w.get(saga).body.find(R"("deshecha_por":")" + to_text(id_of(2))) != std::string::npos);
  w.reads.sagas[id_of(1)].header.origin = {id_of(3), saga_relation::undo, {}};
  CHECK(w.get(saga).body.find(R"("origen":{"saga_id":")" + to_text(id_of(3))
                              + R"(","relacion":"deshace","paso":null})")
        != std::string::npos);
}

TEST_CASE("callers can't take the program's own keys", "[http][undo]") {
  undo_world w;
  const auto refused = w.post("/api/v1/sagas", R"({"tipo":"viaje"})",
                              {{"idempotency-key", undo_key(id_of(1))}});
  CHECK(refused.status == 422);
  CHECK(w.engine.starts.empty());
}
