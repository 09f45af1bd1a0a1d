// What waits for a person, on the real binary: seen, told in words, tried dry, decided about.
#include <nlohmann/json.hpp>

#include "running_server.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// tracking refuses; and the undo of the commissions is refused, once.
constexpr const char* stuck_start = R"({"tipo":"lanzar_campania_completa",
  "entrada":{"nombre":"Otoño"},"inyeccion":{"tracking":{"fallo":"negocio"},
  "comisiones":{"fallo":"negocio","operacion":"compensacion","veces":1}}})";
constexpr const char* step_name = "configurar_comisiones_campania";

struct stuck_world : running_server {
  stuck_world() { start(); }

  std::string start_stuck() const {
    const json begun = ask("/api/v1/sagas", stuck_start);
    await(begun["saga_id"], "REQUIERE_ATENCION");
    return begun["saga_id"];
  }
  void await(const std::string& saga, const std::string& state) const {
    REQUIRE(in_time([&] { return ask("/api/v1/sagas/" + saga + "/estado")["estado"] == state; }));
  }
  child_process::ended sagas(std::vector<std::string> line) const {
    auto ended = verb(std::move(line));
    UNSCOPED_INFO(ended.out << ended.err);
    return ended;
  }
};

} // namespace

TEST_CASE("a stuck saga is seen, understood, tried dry, and decided about", "[app][attention]") {
  const stuck_world w;
  const std::string saga = w.start_stuck();

  const auto listed = w.sagas({"stuck"});
  CHECK(listed.code == 0);
  CHECK(has(listed.out, saga));
  CHECK(has(listed.out, std::string{step_name} + "  COMPENSACION  comisiones"));
  CHECK(has(w.sagas({"stuck", "--service", "pagos"}).out, "nothing waits"));
  CHECK(has(w.sagas({"stuck", "--older-than", "1h"}).out, "nothing waits"));
  const auto causes = w.sagas({"stuck", "--causes"});
  CHECK(has(causes.out, saga));
  const json counted = json::parse(w.sagas({"stuck", "--causes", "--json"}).out);
  REQUIRE(counted["causas"].size() == 1);
  const std::string cause = counted["causas"][0]["causa"];
  CHECK(has(w.sagas({"stuck", "--cause", cause}).out, saga));

  CHECK(has(w.sagas({"explain", saga}).out, "is parked and waits for a person"));
  CHECK(has(w.sagas({"explain", saga, "--lang", "es"}).out, "espera a una persona"));

  const auto dry = w.sagas({"retry", saga, step_name, "--reason", "x", "--dry-run"});
  CHECK(dry.code == 0);
  CHECK(has(dry.out, "Nothing is changed. It would stand at COMPENSANDO"));
  CHECK(has(dry.out, std::string{step_name} + " COMPENSACION #2 to comisiones"));
  CHECK(has(dry.out, "ends up as COMPENSADA"));
  CHECK(has(w.sagas({"show", saga}).out, "REQUIERE_ATENCION"));
  const auto forbidden = w.sagas({"compensate", saga, step_name, "--reason", "x", "--dry-run"});
  CHECK(forbidden.code == 5);

  const auto decided = w.sagas({"retry", saga, step_name, "--reason", "ha vuelto", "--by", "ana",
                                "--input", R"({"configuracion_id":"corregida"})"});
  CHECK(decided.code == 0);
  w.await(saga, "COMPENSADA");
  const json steps = w.ask("/api/v1/sagas/" + saga + "/pasos");
  bool edited = false;
  for (const json& step : steps)
    edited = edited || step["datos_entrada"] == json{{"configuracion_id", "corregida"}};
  CHECK(edited);
  const json history = w.ask("/api/v1/sagas/" + saga + "/eventos");
  CHECK(has(history.dump(), R"("por":"ana")"));
  CHECK(has(history.dump(), R"("razon":"ha vuelto")"));
}

TEST_CASE("one line decides about all that is stuck", "[app][attention]") {
  const stuck_world w;
  std::vector<std::string> all;
  for (int i = 0; i < 5; ++i)
    all.push_back(w.start_stuck());
  CHECK(has(w.send({.path = "/metrics"}).body,
            R"(sagas_attention_steps{tipo="lanzar_campania_completa",)"
            R"(microservicio="comisiones"} 5)"));

  const std::vector<std::string> line{"stuck",    "--service", "comisiones", "--retry-all",
                                      "--reason", "ha vuelto", "--rate",     "500"};
  auto dry = line;
  dry.emplace_back("--dry-run");
  const auto tried = w.sagas(dry);
  CHECK(tried.code == 0);
  CHECK(has(tried.out, "would be 5 decided, 0 refused, TERMINADO"));
  CHECK(has(w.sagas({"stuck"}).out, all.front()));
  const auto done = w.sagas(line);
  CHECK(done.code == 0);
  CHECK(has(done.out, "5 decided, 0 refused, TERMINADO"));
  for (const std::string& saga : all)
    w.await(saga, "COMPENSADA");
  CHECK(has(w.sagas({"stuck"}).out, "nothing waits"));
}
