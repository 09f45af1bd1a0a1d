#include "api_fakes.hpp"
#include "saga/json_text.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const std::string campaign_path = "/api/v1/comandos/lanzar-campania-completa";
const std::string good = R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"Verano"}})";

std::string header_of(const response& answer, const std::string& name) {
  for (const auto& [key, value] : answer.headers)
    if (key == name)
      return value;
  return {};
}

// The faults of a problem as "pointer: mensaje" lines.
std::vector<std::string> faults_of(const response& answer) {
  std::vector<std::string> lines;
  for (const json& fault : json::parse(answer.body).value("errores", json::array()))
    lines.push_back(fault["pointer"].get<std::string>() + ": "
                    + fault["mensaje"].get<std::string>());
  return lines;
}

} // namespace

TEST_CASE("a start is answered when it is durable", "[http]") {
  world w;
  const auto answer = w.post("/api/v1/sagas", R"({"tipo":"lanzar_campania_completa",
    "campania_id":"camp-001","usuario_id":"u-7","entrada":{"nombre":"Verano"},
    "metadatos":{"origen":"panel"}})");
  CHECK(answer.status == 202);
  const std::string id = to_text(id_of(1));
  CHECK(answer.body
        == R"({"saga_id":")" + id + R"(","campania_id":"camp-001","estado":"EN_PROGRESO",)"
             + R"("urls_seguimiento":{"estado":"/api/v1/sagas/)" + id
             + R"(/estado","progreso":"/api/v1/sagas/)" + id
             + R"(/progreso","cancelar":"/api/v1/sagas/)" + id + R"(/cancelar"}})");
  CHECK(header_of(answer, "Location") == "/api/v1/sagas/" + id);
  REQUIRE(w.engine.starts.size() == 1);
  const start_request& asked = w.engine.starts[0].what;
  CHECK(asked.plan->type == "lanzar_campania_completa");
  CHECK(asked.campaign_id == "camp-001");
  CHECK(asked.user_id == "u-7");
  CHECK(asked.metadata.text() == R"({"origen":"panel"})");
  CHECK_FALSE(asked.once);
  const json input = json::parse(asked.input.text());
  CHECK(input["nombre"] == "Verano");
  CHECK(input["presupuesto"] == 1000); // the definition's default
  CHECK(input["campania_id"] == "camp-001");
}

TEST_CASE("a campaign is started wrapped or flat, with or without an id", "[http]") {
  world w;
  CHECK(w.post(campaign_path, R"({"campania":{"nombre":"A","campania_id":"c-1"},"usuario_id":"u"})")
          .status
        == 202);
  CHECK(w.post(campaign_path, R"({"nombre":"B","id":"c-2","usuario_id":null})").status == 202);
  const auto made = w.post(campaign_path, R"({"campania":{"nombre":"C"}})");
  CHECK(made.status == 202);
  REQUIRE(w.engine.starts.size() == 3);
  CHECK(w.engine.starts[0].what.campaign_id == "c-1");
  CHECK(w.engine.starts[0].what.user_id == "u");
  CHECK(w.engine.starts[1].what.campaign_id == "c-2");
  const start_request& third = w.engine.starts[2].what;
  CHECK(parse_saga_id(third.campaign_id).has_value());
  CHECK(json::parse(third.input.text())["campania_id"] == third.campaign_id);
  CHECK(json::parse(made.body)["campania_id"] == third.campaign_id);
}

TEST_CASE("every wrong field of a start is named", "[http]") {
  struct bad {
    const char* path;
    const char* body;
    std::vector<std::string> pointers;
  };
  const char* any = "/api/v1/sagas";
  const char* launch = "/api/v1/comandos/lanzar-campania-completa";
  const auto cases = std::vector<bad>{
    {any, R"({})", {"/tipo"}},
    {any, R"([])", {""}},
    {any, R"("x")", {""}},
    {any, R"({"tipo":7})", {"/tipo"}},
    {any, R"({"tipo":"nadie"})", {"/tipo"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","version":2,"entrada":{"nombre":"A"}})",
     {"/version"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","version":0,"entrada":{"nombre":"A"}})",
     {"/version"}},
    {any, R"({"tipo":"lanzar_campania_completa","entrada":[]})", {"/entrada"}},
    {any, R"({"tipo":"lanzar_campania_completa","entrada":{}})", {"/entrada/nombre"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"A"},"extra":1,"otro":2})",
     {"/extra", "/otro"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","campania_id":"con espacio","usuario_id":"ü",
              "entrada":{"nombre":"A"}})",
     {"/campania_id", "/usuario_id"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"A"},
              "campania_id":"1234567890123456789012345678901234567"})",
     {"/campania_id"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","campania_id":"a",
              "entrada":{"nombre":"A","campania_id":"b"}})",
     {"/campania_id"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"A"},"metadatos":"x"})",
     {"/metadatos"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"A"},"inyeccion":{}})",
     {"/inyeccion"}},
    {any,
     R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"A"},
              "metadatos":{"inyeccion":{}}})",
     {"/metadatos"}},
    {launch, R"({"campania":7})", {"/campania"}},
    {launch, R"({"campania":{"nombre":"A"},"nombre":"B"})", {"/nombre"}},
    {launch, R"({"nombre":"A","presupuesto":0})", {"/presupuesto"}},
    {launch,
     R"({"campania":{"nombre":"A","presupuesto":-1,"fecha_inicio":"2026-02-01",
                             "fecha_fin":"2026-01-01"}})",
     {"/campania/presupuesto", "/campania/fecha_fin"}},
    {launch, R"({"nombre":"A","fecha_inicio":"ayer"})", {"/fecha_inicio"}},
    {launch,
     R"({"nombre":"A","campania_id":"1234567890123456789012345678901234567"})",
     {"/campania_id"}},
  };
  for (const bad& one : cases) {
    world w;
    const auto answer = w.post(one.path, one.body);
    INFO(one.path << " " << one.body << "\n" << answer.body);
    CHECK(answer.status == 422);
    CHECK(answer.content_type == "application/problem+json");
    CHECK(json::parse(answer.body)["type"] == "/problemas/entrada-invalida");
    CHECK(pointers_of(answer) == one.pointers);
    CHECK(w.engine.starts.empty());
  }
}

TEST_CASE("what is no JSON is refused with the reason", "[http]") {
  const std::string deep(100, '[');
  const std::vector<std::pair<std::string, std::string>> cases{
    {"", "the body is empty"},
    {"{", "line 1, column 2"},
    {"{\n\"a\": }", "line 2, column 6"},
    {"nada", "line 1"},
    {"{\"tipo\":\"\xff\"}", "UTF-8"},
    {deep + std::string(100, ']'), "nested deeper than 64"},
    {R"({"tipo":"a","tipo":"b"})", "twice"},
    {R"({"tipo":1e400})", "1e400"},
    {R"({"tipo":99999999999999999999})", "beyond 64 bits"},
    {R"({"tipo":NaN})", "line 1"},
    {R"({"a":1} x)", "line 1"},
    {std::string("{\"a\":\"\0\"}", 9), "line 1"},
  };
  for (const auto& [body, reason] : cases) {
    world w;
    for (const std::string path : {"/api/v1/sagas", campaign_path.c_str(), "/api/v1/sagas/lote"}) {
      const auto answer = w.post(path, body);
      INFO(path << " " << body << "\n" << answer.body);
      CHECK(answer.status == 400);
      const json told = json::parse(answer.body);
      CHECK(told["type"] == "/problemas/json-invalido");
      CHECK(told["detail"].get<std::string>().find(reason) != std::string::npos);
    }
    CHECK(w.engine.starts.empty());
  }
}

TEST_CASE("parameters and headers of a start are checked with its body", "[http]") {
  world w;
  for (const char* wait : {"0s", "6m", "30", "-1s", "1d", "", "300001ms", "nan"}) {
    const auto x = w.send("POST", "/api/v1/sagas", {.body = good, .query = {{"esperar", wait}}});
    INFO(wait);
    CHECK(x->answer().status == 422);
    CHECK(pointers_of(x->answer()) == std::vector<std::string>{"?esperar"});
  }
  const auto many = w.send("POST", "/api/v1/sagas",
                           {.body = "{}",
                            .query = {{"esperar", "x"}},
                            .headers = {{"idempotency-key", std::string(201, 'k')}}});
  CHECK(pointers_of(many->answer())
        == std::vector<std::string>{"?esperar", "Idempotency-Key", "/tipo"});
  for (const char* key : {"", "a b", "ñ", "a\tb"})
    CHECK(w.post("/api/v1/sagas", good, {{"idempotency-key", key}}).status == 422);
  CHECK(w.post("/api/v1/sagas", good, {{"idempotency-key", "a"}, {"idempotency-key", "b"}}).status
        == 422);
  const auto unknown = w.send("POST", "/api/v1/sagas",
                              {.body = good, .query = {{"esparar", "1s"}}});
  CHECK(faults_of(unknown->answer())
        == std::vector<std::string>{"?esparar: is not known here; see /docs"});
  CHECK(w.engine.starts.empty());
}

TEST_CASE("injection is taken where it is allowed", "[http]") {
  world w{true};
  CHECK(w.post("/api/v1/sagas",
               R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"A"},
                   "metadatos":{"a":1},"inyeccion":{"afiliados":{"fallo_negocio":1}}})")
          .status
        == 202);
  CHECK(w.engine.starts[0].what.metadata.text()
        == R"({"a":1,"inyeccion":{"afiliados":{"fallo_negocio":1}}})");
  CHECK(w.post(campaign_path, R"({"nombre":"A","inyeccion":{"tracking":{}}})").status == 202);
  CHECK(w.engine.starts[1].what.metadata.text() == R"({"inyeccion":{"tracking":{}}})");
}

TEST_CASE("a key goes with a fingerprint of what was asked", "[http]") {
  world w;
  const auto once = [&](const std::string& path, const std::string& body) {
    CHECK(w.post(path, body, {{"idempotency-key", "k-1"}}).status == 202);
    const auto& asked = w.engine.starts.back().what.once;
    REQUIRE(asked);
    CHECK(asked->key == "k-1");
    CHECK(asked->fingerprint.size() == 32);
    return asked->fingerprint;
  };
  const std::string first = once("/api/v1/sagas", good);
  CHECK(once("/api/v1/sagas",
             R"( {"entrada": {"nombre":"\u0056erano"}, "tipo":"lanzar_campania_completa"} )")
        == first);
  CHECK(once("/api/v1/sagas", R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"X"}})")
        != first);
  // A campaign's made-up id is no part of it.
  CHECK(once(campaign_path, R"({"nombre":"A"})") == once(campaign_path, R"({"nombre":"A"})"));
}

TEST_CASE("a repeated key answers the first saga with its own campaign", "[http]") {
  world w;
  w.reads.sagas[id_of(9)] = completed_saga(id_of(9));
  w.engine.on_start = [](const start_request&) {
    return result<started>{started{id_of(9), saga_status::running, false}};
  };
  const auto answer = w.post(campaign_path, R"({"nombre":"A"})", {{"idempotency-key", "k"}});
  CHECK(answer.status == 202);
  CHECK(header_of(answer, "Idempotency-Replayed") == "true");
  const json body = json::parse(answer.body);
  CHECK(body["saga_id"] == to_text(id_of(9)));
  CHECK(body["campania_id"] == "camp-001");
  CHECK(body["estado"] == "COMPLETADA");

  const auto waiting = w.send(
    "POST", "/api/v1/sagas",
    {.body = good, .query = {{"esperar", "30s"}}, .headers = {{"idempotency-key", "k"}}});
  CHECK(waiting->answer().status == 200);
  CHECK(json::parse(waiting->answer().body)["finalizada"] == true);
}

TEST_CASE("refused starts say what to do", "[http]") {
  struct refusal {
    failure why;
    bool keyed;
    int status;
    const char* type;
    bool retry;
  };
  const std::vector<refusal> cases{
    {{errc::overloaded, "too many"}, false, 503, "/problemas/sobrecarga", true},
    {{errc::unavailable, "no store"}, false, 503, "/problemas/no-disponible", true},
    {{errc::unknown_outcome, "lost"}, false, 503, "/problemas/resultado-desconocido", true},
    {{errc::invalid_input, "other body"}, true, 422, "/problemas/clave-reutilizada", false},
    {{errc::invalid_input, "odd"}, false, 422, "/problemas/entrada-invalida", false},
    {{errc::internal, "secret"}, false, 500, "/problemas/error-interno", false},
  };
  for (const refusal& one : cases) {
    world w;
    w.engine.on_start = [&](const start_request&) { return result<started>{one.why}; };
    const auto answer = w.post("/api/v1/sagas", good,
                               one.keyed
                                 ? std::multimap<std::string, std::string>{{"idempotency-key", "k"}}
                                 : std::multimap<std::string, std::string>{});
    CHECK(answer.status == one.status);
    CHECK(json::parse(answer.body)["type"] == one.type);
    CHECK(header_of(answer, "Retry-After").empty() != one.retry);
    CHECK(answer.body.find("secret") == std::string::npos);
  }
}

TEST_CASE("esperar answers with the ended saga", "[http]") {
  world w;
  const auto x = w.send("POST", "/api/v1/sagas", {.body = good, .query = {{"esperar", "30s"}}});
  CHECK(x->limit() == milliseconds{30'000});
  CHECK_FALSE(x->answered());
  w.reads.sagas[id_of(1)] = completed_saga(id_of(1));
  w.engine.starts[0].on_ended(saga_status::completed);
  const auto answer = x->answer();
  CHECK(answer.status == 200);
  CHECK(json::parse(answer.body)["estado"] == "COMPLETADA");
  CHECK(header_of(answer, "Location") == "/api/v1/sagas/" + to_text(id_of(1)));
}

TEST_CASE("esperar that is over answers like a start", "[http]") {
  world w;
  const auto x = w.send("POST", "/api/v1/sagas", {.body = good, .query = {{"esperar", "500ms"}}});
  x->time_out();
  CHECK(x->answer().status == 202);
  CHECK(json::parse(x->answer().body)["saga_id"] == to_text(id_of(1)));
  w.engine.starts[0].on_ended(saga_status::completed); // too late; changes nothing
}

TEST_CASE("a start that does not become durable in time is of unknown outcome", "[http]") {
  world w;
  w.engine.on_start = [](const start_request&) { return std::optional<result<started>>{}; };
  const auto x = w.send("POST", "/api/v1/sagas", {.body = good});
  CHECK(x->limit() == milliseconds{30'000});
  x->time_out();
  CHECK(x->answer().status == 503);
  CHECK(json::parse(x->answer().body)["type"] == "/problemas/resultado-desconocido");
  w.engine.starts[0].on_started(started{id_of(1)});
}

TEST_CASE("answers of the engine may come after the routes are gone", "[http]") {
  auto w = std::make_unique<world>();
  w->engine.on_start = [](const start_request&) { return std::optional<result<started>>{}; };
  const auto x = w->send("POST", "/api/v1/sagas", {.body = good, .query = {{"esperar", "1m"}}});
  w->routes.clear();
  w->engine.starts[0].on_started(started{id_of(1)});
  w->engine.starts[0].on_ended(saga_status::completed);
  CHECK(x->answer().status == 202); // nobody is left to read the saga
}
