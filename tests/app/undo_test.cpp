// The real program undoes sagas that had ended well: over a kill -9, and the audit agrees.
#include <thread>

#include <nlohmann/json.hpp>

#include "app/binary.hpp"
#include "app/demo/server_child.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

namespace {

constexpr const char* plan =
  R"({"tipo":"viaje","ventana_compensacion":"1d","pasos":[
    {"nombre":"vuelo","microservicio":"afiliados","compensacion":"anular_vuelo"},
    {"nombre":"hotel","microservicio":"tracking","compensacion":"anular_hotel"},
    {"nombre":"pago","microservicio":"notificaciones","pivote":true},
    {"nombre":"coche","microservicio":"comisiones"}]})";
// The undo of the hotel is slow, so that a kill meets it.
constexpr const char* slow_undo =
  R"({"inyeccion":{"tracking":{"latencia":"1500ms","operacion":"compensacion","veces":1}}})";

class undo_world {
public:
  undo_world()
    : server({.program = sagas_path(), .folder = folder.file("."), .more = {"--allow-injection"}}) {
    start();
    CHECK(verb({"def", "register", plan}).code == 0);
  }
  void start() {
    const status started = server.start();
    INFO((started ? "" : started.error().message));
    REQUIRE(started);
  }
  child_process::ended verb(std::vector<std::string> words) {
    words.insert(words.end(), {"--url", server.url()});
    return run_sagas(std::move(words));
  }
  json told(std::vector<std::string> words) {
    words.emplace_back("--json");
    const auto said = verb(std::move(words));
    INFO(said.out << said.err);
    return json::parse(said.out);
  }
  json shown(const std::string& saga) { return told({"show", saga})["saga"]; }
  std::string state(const std::string& saga) { return shown(saga)["estado"]; }

  temp_folder folder;
  demo::server_child server;
};

} // namespace

TEST_CASE("a saga that ended well is undone by another one, over a kill -9", "[app][undo]") {
  undo_world w;
  const std::string first = w.told(
    {"start", "viaje", "--wait", "20s", "--metadata", slow_undo})["saga_id"];
  REQUIRE(w.state(first) == "COMPLETADA");
  const json before = w.shown(first);

  const auto preview = w.verb({"undo", first, "--reason", "por error", "--dry-run"});
  INFO(preview.out << preview.err);
  CHECK(preview.out.find("COMPENSADA") != std::string::npos);
  const json begun = w.told({"undo", first, "--reason", "por error"});
  const std::string undo = begun["saga_id"];
  CHECK(undo != first);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  const auto undoing_hotel = [&] {
    return w.verb({"explain", undo, "--lang", "en"}).out.find("«hotel» (undo") != std::string::npos;
  };
  while (!undoing_hotel() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds{10});
  w.server.kill();
  w.start();
  CHECK(w.told({"undo", first, "--reason", "otra vez"})["saga_id"] == undo);
  while (w.state(undo) == "COMPENSANDO" && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds{20});
  CHECK(w.state(undo) == "COMPENSADA");
  const std::string explained = w.verb({"explain", undo, "--lang", "en"}).out;
  CHECK(explained.find("has undone all that the saga " + first) != std::string::npos);

  json after = w.shown(first);
  CHECK(after["deshecha_por"] == undo);
  after["deshecha_por"] = before["deshecha_por"];
  CHECK(after == before); // it never changes
  CHECK(w.shown(undo)["origen"]["saga_id"] == first);
  CHECK(w.verb({"undo", undo, "--reason", "x"}).code != 0);

  w.server.kill();
  const auto audited = run_sagas(
    {"audit", "--db", w.server.database(), "--ledger", w.server.ledger(), "--ended"});
  INFO(audited.out << audited.err);
  CHECK(audited.out.find("0 violations") != std::string::npos);
}
