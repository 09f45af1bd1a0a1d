#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const std::string trip = R"({"tipo":"viaje","version":2,"pasos":[)"
                         R"({"nombre":"volar","microservicio":"vuelos","compensacion":"anular"},)"
                         R"({"nombre":"pagar","microservicio":"pagos","pivote":true}]})";

response put(world& w, const std::string& path, const std::string& body) {
  return w.send("PUT", path, {.body = body})->answer();
}

} // namespace

TEST_CASE("definitions are listed and shown as registered", "[http]") {
  world w;
  const json all = json::parse(w.get("/api/v1/definiciones").body);
  REQUIRE(all.size() == 2);
  CHECK(all[0]["tipo"] == "lanzar_campania_completa");
  CHECK(all[0]["vigente"] == true);
  CHECK(all[0]["plazo_segundos"] == 600);
  CHECK(all[0]["pasos"][1]["depende_de"] == json{"solicitar_afiliados_elegibles"});
  CHECK(all[0]["pasos"][0]["compensacion"] == "cancelar_busqueda_afiliados");
  CHECK(all[1]["pasos"][2]["pivote"] == true);
  CHECK(
    json::parse(w.get("/api/v1/definiciones", {{"tipo", "procesar_pago_comisiones"}}).body).size()
    == 1);

  const auto shown = w.get("/api/v1/definiciones/lanzar_campania_completa");
  CHECK(shown.body == std::string{w.definitions.find("lanzar_campania_completa")->source.text()});
  CHECK(w.get("/api/v1/definiciones/lanzar_campania_completa/1").body == shown.body);
  CHECK(w.get("/api/v1/definiciones/lanzar_campania_completa/2").status == 404);
  CHECK(w.get("/api/v1/definiciones/nadie").status == 404);
  CHECK(w.get("/api/v1/definiciones/a b").status == 422);
  for (const char* version : {"0", "x", "-1", "1x", "9999999999"})
    CHECK(w.get(std::string{"/api/v1/definiciones/lanzar_campania_completa/"} + version).status
          == 422);
}

TEST_CASE("a version may be asked for in the query too", "[http]") {
  world w;
  const std::string path = "/api/v1/definiciones/lanzar_campania_completa";
  CHECK(w.get(path, {{"version", "1"}}).body == w.get(path).body);
  CHECK(w.get(path, {{"version", "2"}}).status == 404);
  CHECK(w.get(path, {{"version", "x"}}).status == 422);
}

TEST_CASE("a definition is simulated with a script", "[http]") {
  world w;
  const std::string path = "/api/v1/definiciones/lanzar_campania_completa/simular";
  const auto good = w.post(path, R"({"entrada":{"nombre":"A"},"guion":{
    "configurar_comisiones_campania":{"accion":[{"resultado":"negocio","motivo":"no"}]}}})");
  CHECK(good.status == 200);
  CHECK(json::parse(good.body)["estado"] == "COMPENSADA");
  const auto bad = w.post(path, R"({"entrada":{},"guion":{"nadie":{}}})");
  CHECK(bad.status == 422);
  CHECK(json::parse(bad.body)["errores"].size() == 2);
  CHECK(w.post(path, "x").status == 400);
  CHECK(w.post("/api/v1/definiciones/nadie/simular", "{}").status == 404);
  CHECK(w.engine.starts.empty());
}

TEST_CASE("a definition is registered by POST or by PUT", "[http]") {
  world w;
  const auto posted = w.post("/api/v1/definiciones", trip);
  CHECK(posted.status == 201);
  CHECK(posted.body == R"({"tipo":"viaje","version":2,"url":"/api/v1/definiciones/viaje/2"})");
  CHECK(posted.headers.front().second == "/api/v1/definiciones/viaje/2");
  CHECK(put(w, "/api/v1/definiciones/viaje", trip).status == 201);
  REQUIRE(w.engine.registered.size() == 2);
  CHECK(w.engine.registered[0]->version == 2);

  const auto other = put(w, "/api/v1/definiciones/otro", trip);
  CHECK(other.status == 422);
  CHECK(json::parse(other.body)["errores"][0]["pointer"] == "/tipo");
  w.engine.register_outcome = failure{errc::conflict, "another text"};
  CHECK(w.post("/api/v1/definiciones", trip).status == 409);
}

TEST_CASE("a wrong definition is refused with every fault", "[http]") {
  world w;
  CHECK(w.post("/api/v1/definiciones", "{").status == 400);
  const auto answer = w.post("/api/v1/definiciones", R"({"tipo":"a b","pasos":[],"x":1})");
  CHECK(answer.status == 422);
  CHECK(json::parse(answer.body)["errores"].size() == 3);
  CHECK(w.engine.registered.empty());
}

TEST_CASE("to ask whether a definition is valid is no mistake", "[http]") {
  world w;
  const auto good = w.post("/api/v1/definiciones/validar", trip);
  CHECK(good.status == 200);
  CHECK(json::parse(good.body)["valida"] == true);
  CHECK(json::parse(good.body)["definicion"]["pasos"].size() == 2);
  const json bad = json::parse(w.post("/api/v1/definiciones/validar", R"({"tipo":"a"})").body);
  CHECK(bad["valida"] == false);
  CHECK(bad["errores"][0]["pointer"] == "/pasos");
  CHECK(w.post("/api/v1/definiciones/validar", "x").status == 400);
  CHECK(w.engine.registered.empty());
}
