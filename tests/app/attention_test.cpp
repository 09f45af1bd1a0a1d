// What waits for a person, on the real binary: seen, told in words, tried dry, decided about.
#include <thread>

#include <nlohmann/json.hpp>

#include "app/client.hpp"
#include "app/demo/server_child.hpp"
#include "binary.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

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

struct stuck_world {
  stuck_world() {
    const status started = server.start();
    INFO((started ? "" : started.error().message));
    REQUIRE(started);
  }

  json ask(const api_request& what) const {
    auto client = api_client::to(server.url());
    REQUIRE(client);
    const auto answer = client->send(what);
    REQUIRE(answer);
    INFO(answer->body);
    REQUIRE(answer->ok());
    return json::parse(answer->body);
  }
  std::string start_stuck() const {
    const json begun = ask({.method = "POST", .path = "/api/v1/sagas", .body = stuck_start});
    await(begun["saga_id"], "REQUIERE_ATENCION");
    return begun["saga_id"];
  }
  void await(const std::string& saga, const std::string& state) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    std::string now;
    while (now != state && std::chrono::steady_clock::now() < until) {
      now = ask({.path = "/api/v1/sagas/" + saga + "/estado"})["estado"];
      std::this_thread::yield();
    }
    REQUIRE(now == state);
  }
  child_process::ended sagas(std::vector<std::string> line) const {
    auto ended = run_sagas(std::move(line), {{"SAGAS_URL", server.url()}});
    UNSCOPED_INFO(ended.out << ended.err);
    return ended;
  }

  temp_folder folder;
  demo::server_child server{
    {.program = sagas_path(), .folder = folder.file("."), .more = {"--allow-injection"}}};
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
  const json steps = w.ask({.path = "/api/v1/sagas/" + saga + "/pasos"});
  bool edited = false;
  for (const json& step : steps)
    edited = edited || step["datos_entrada"] == json{{"configuracion_id", "corregida"}};
  CHECK(edited);
  const json history = w.ask({.path = "/api/v1/sagas/" + saga + "/eventos"});
  CHECK(has(history.dump(), R"("por":"ana")"));
  CHECK(has(history.dump(), R"("razon":"ha vuelto")"));
}

TEST_CASE("one line decides about all that is stuck", "[app][attention]") {
  const stuck_world w;
  std::vector<std::string> all;
  for (int i = 0; i < 5; ++i)
    all.push_back(w.start_stuck());
  auto client = api_client::to(w.server.url());
  REQUIRE(client);
  const auto metrics = client->send({.path = "/metrics"});
  REQUIRE(metrics);
  CHECK(has(metrics->body, R"(sagas_attention_steps{tipo="lanzar_campania_completa",)"
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
