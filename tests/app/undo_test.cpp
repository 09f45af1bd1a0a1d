// The real program undoes sagas that had ended well: over a kill -9, and the audit agrees.
#include <nlohmann/json.hpp>

#include "running_server.hpp"
#include "support/catch.hpp"

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

struct undo_world : running_server {
  undo_world() {
    start();
    CHECK(verb({"def", "register", plan}).code == 0);
  }
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
  REQUIRE(in_time([&] {
    return w.verb({"explain", undo, "--lang", "en"}).out.find("«hotel» (undo") != std::string::npos;
  }));
  w.server.kill();
  w.start();
  CHECK(w.told({"undo", first, "--reason", "otra vez"})["saga_id"] == undo);
  CHECK(in_time([&] { return w.state(undo) == "COMPENSADA"; }));
  const std::string explained = w.verb({"explain", undo, "--lang", "en"}).out;
  CHECK(explained.find("has undone all that the saga " + first) != std::string::npos);

  json after = w.shown(first);
  CHECK(after["deshecha_por"] == undo);
  after["deshecha_por"] = before["deshecha_por"];
  CHECK(after == before); // it never changes
  CHECK(w.shown(undo)["origen"]["saga_id"] == first);
  CHECK(w.verb({"undo", undo, "--reason", "x"}).code != 0);

  w.audit();
}
