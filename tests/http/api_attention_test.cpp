// The queue of what waits for a person, its causes, its explanation, and one decision about many.
#include <thread>

#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

// A payment saga that is parked at its third step, the pivot, whose outcome nobody knows.
void park(world& w, int number, const std::string& error = "sin respuesta 7") {
  const definition_ptr plan = w.definitions.find("procesar_pago_comisiones");
  REQUIRE(plan);
  saga_view view;
  view.header.id = id_of(number);
  view.header.type = plan->type;
  view.header.version = plan->version;
  view.header.status = saga_status::parked;
  view.header.steps_total = static_cast<std::uint32_t>(plan->steps.size());
  view.header.started = at("2026-01-31T09:00:00Z");
  view.header.input = document{R"({"periodo":"2026-01"})"};
  const std::lock_guard lock{w.reads.guard};
  w.reads.sagas[view.header.id] = view;
  auto& rows = w.reads.rows[view.header.id];
  for (std::uint32_t i = 0; i < 3; ++i) {
    rows.push_back(step_row_of(i + 1, i, plan->steps[i].name, plan->steps[i].service,
                               operation::action, step_status::completed));
    rows.back().row.base = 1;
  }
  rows.back().row.status = step_status::failed;
  rows.back().row.kind = outcome_kind::unknown;
  rows.back().row.error = error;
}

json body_of(const response& answer) {
  INFO(answer.body);
  CHECK(answer.status / 100 == 2);
  return json::parse(answer.body);
}

const std::string order = R"({"filtro":{},"decision":"reintentar","razon":"el banco ha vuelto",
                              "por_segundo":500})";

// How a job stands when it has ended, with all of its results on one page.
json ended(world& w, const std::string& url) {
  const auto until = std::chrono::steady_clock::now() + patience;
  json now;
  do {
    now = body_of(w.get(url, {{"limite", "1000"}}));
    std::this_thread::yield();
  } while ((now["estado"] == "EN_ESPERA" || now["estado"] == "EN_CURSO")
           && std::chrono::steady_clock::now() < until);
  return now;
}

} // namespace

TEST_CASE("the queue tells where a saga is parked, why, since when, and what can be done",
          "[http][attention]") {
  world w;
  park(w, 1);
  const json body = body_of(w.get("/api/v1/atencion"));
  CHECK(body["cursor"].is_null());
  REQUIRE(body["detenidas"].size() == 1);
  const json& one = body["detenidas"][0];
  CHECK(one["saga"]["saga_id"] == to_text(id_of(1)));
  REQUIRE(one["pasos"].size() == 1);
  const json& step = one["pasos"][0];
  CHECK(step["nombre"] == "procesar_transferencias");
  CHECK(step["microservicio"] == "pagos");
  CHECK(step["operacion"] == "ACCION");
  CHECK(step["resultado"] == "DESCONOCIDO");
  CHECK(step["error_mensaje"] == "sin respuesta 7");
  CHECK(step["intentos"] == 1);
  CHECK(step["desde"] == "2026-01-31T09:08:07.235Z");
  CHECK(one["decisiones"].size() == 5);
  CHECK(one["decisiones"][3]["efecto"] == "cuenta como fallido: se deshace lo anterior");
}

TEST_CASE("the queue goes on behind its cursor, and filters", "[http][attention]") {
  world w;
  for (int i = 1; i <= 5; ++i)
    park(w, i, i == 3 ? "cuenta cerrada" : "sin respuesta");
  std::multimap<std::string, std::string> query{{"limite", "2"}};
  std::size_t found = 0;
  for (int page = 0; page < 5; ++page) {
    const json body = body_of(w.get("/api/v1/atencion", query));
    found += body["detenidas"].size();
    if (body["cursor"].is_null())
      break;
    query.erase("cursor");
    query.emplace("cursor", body["cursor"].get<std::string>());
  }
  CHECK(found == 5);
  const auto count = [&](const char* name, const std::string& value) {
    return body_of(w.get("/api/v1/atencion", {{name, value}}))["detenidas"].size();
  };
  CHECK(count("microservicio", "pagos") == 5);
  CHECK(count("microservicio", "comisiones") == 0);
  CHECK(count("paso", "procesar_transferencias") == 5);
  CHECK(count("tipo", "otro") == 0);
  w.now = at("2026-01-31T10:00:00Z");
  CHECK(count("mas_de", "51m") == 5);
  CHECK(count("mas_de", "52m") == 0);
  const json causes = body_of(w.get("/api/v1/atencion/causas"));
  CHECK(causes["sagas"] == 5);
  CHECK(causes["completo"] == true);
  REQUIRE(causes["causas"].size() == 2);
  CHECK(causes["causas"][0]["cuantas"] == 4);
  CHECK(causes["causas"][1]["ejemplo"] == to_text(id_of(3)));
  CHECK(count("causa", causes["causas"][1]["causa"]) == 1);
  CHECK(w.get("/api/v1/atencion", {{"mas_de", "x"}}).status == 422);
  w.reads.broken = failure{errc::unavailable, "no"};
  CHECK(w.get("/api/v1/atencion").status == 503);
}

TEST_CASE("a saga is explained in the language that is asked for", "[http][attention]") {
  world w;
  park(w, 1);
  const std::string path = "/api/v1/sagas/" + to_text(id_of(1)) + "/explicacion";
  const auto language = [&](std::multimap<std::string, std::string> query,
                            std::multimap<std::string, std::string> headers) {
    return body_of(w.send("GET", path, {.query = query, .headers = headers})->answer())["idioma"];
  };
  CHECK(language({}, {}) == "es");
  CHECK(language({{"idioma", "en"}}, {{"accept-language", "es"}}) == "en");
  CHECK(language({}, {{"accept-language", "fr-FR, en;q=0.8, es;q=0.5"}}) == "en");
  CHECK(language({}, {{"accept-language", "de"}}) == "es");
  const json told = body_of(w.get(path, {{"idioma", "en"}}));
  CHECK(told["texto"].get<std::string>().find("has failed for good") != std::string::npos);
  CHECK(w.get(path, {{"idioma", "fr"}}).status == 422);
  CHECK(w.get("/api/v1/sagas/" + to_text(id_of(9)) + "/explicacion").status == 404);
}

TEST_CASE("one decision about many goes to each of them, newest first", "[http][attention]") {
  world w;
  for (int i = 1; i <= 3; ++i)
    park(w, i);
  const response taken = w.post("/api/v1/atencion/decidir", order, {{"saga-operador", "ana"}});
  CHECK(taken.status == 202);
  const json done = ended(w, body_of(taken)["url"]);
  CHECK(done["estado"] == "TERMINADO");
  CHECK(done["decididas"] == 3);
  CHECK(done["rechazadas"] == 0);
  REQUIRE(done["resultados"].size() == 3);
  CHECK(done["resultados"][0]["saga_id"] == to_text(id_of(3)));
  CHECK(done["resultados"][0]["estado"] == "COMPENSANDO");
  REQUIRE(w.engine.commands.size() == 3);
  const auto& [id, command] = w.engine.commands[2];
  CHECK(id == id_of(1));
  CHECK(command.decided == decision::retry);
  CHECK(command.step == "procesar_transferencias");
  CHECK(command.who.by == "ana");
  CHECK(command.who.reason == "el banco ha vuelto");
}

TEST_CASE("results come page by page, and refusals are told", "[http][attention]") {
  world w;
  for (int i = 1; i <= 3; ++i)
    park(w, i);
  w.engine.command_outcome = failure{errc::conflict, "decided by somebody else"};
  const std::string url = body_of(w.post("/api/v1/atencion/decidir", order))["url"];
  const json done = ended(w, url);
  CHECK(done["decididas"] == 0);
  CHECK(done["rechazadas"] == 3);
  CHECK(done["resultados"][0]["rechazo"] == "decided by somebody else");
  const json first = body_of(w.get(url, {{"limite", "2"}}));
  CHECK(first["resultados"].size() == 2);
  CHECK(first["siguiente"] == 2);
  const json second = body_of(w.get(url, {{"limite", "2"}, {"desde", "2"}}));
  CHECK(second["resultados"].size() == 1);
  CHECK(second["siguiente"].is_null());
  CHECK(w.get(url, {{"desde", "x"}}).status == 422);
}

TEST_CASE("a dry run over many changes nothing", "[http][attention]") {
  world w;
  for (int i = 1; i <= 2; ++i)
    park(w, i);
  const json done = ended(w, body_of(w.post("/api/v1/atencion/decidir",
                                            R"({"filtro":{"microservicio":"pagos"},"limite":1,
                                                "decision":"compensar","razon":"x","simular":true})"))
                               ["url"]);
  CHECK(done["simulado"] == true);
  CHECK(done["decididas"] == 1);
  CHECK(done["resultados"][0]["estado"] == "COMPENSANDO");
  CHECK(w.engine.commands.empty());
}

TEST_CASE("the same key is the same order", "[http][attention]") {
  world w;
  park(w, 1);
  const auto send = [&](const std::string& body) {
    return w.post("/api/v1/atencion/decidir", body, {{"idempotency-key", "k1"}});
  };
  const json first = body_of(send(order));
  ended(w, first["url"]);
  CHECK(body_of(send(order)) == first);
  CHECK(w.engine.commands.size() == 1);
  CHECK(send(R"({"filtro":{},"decision":"omitir","razon":"x"})").status == 422);
}

TEST_CASE("an order about many that is under way can be ended", "[http][attention]") {
  world w;
  for (int i = 1; i <= 50; ++i)
    park(w, i);
  const std::string url = body_of(w.post("/api/v1/atencion/decidir",
                                         R"({"filtro":{},"decision":"omitir","razon":"x",
                                             "por_segundo":1})"))["url"];
  CHECK(w.post(url + "/detener", "").status == 202);
  const json done = ended(w, url);
  CHECK(done["estado"] == "DETENIDO");
  CHECK(done["motivo"] == "detenido");
  CHECK(done["decididas"] < 50);
}

TEST_CASE("wrong orders about many are named by field", "[http][attention]") {
  world w;
  const auto faults = [&](const std::string& body) {
    return pointers_of(w.post("/api/v1/atencion/decidir", body));
  };
  using list = std::vector<std::string>;
  CHECK(faults("{}") == list{"/filtro", "/decision", "/razon"});
  CHECK(faults(R"({"filtro":{"x":1},"decision":"omitir","razon":"x"})") == list{"/filtro/x"});
  CHECK(faults(R"({"filtro":{},"decision":"omitir","razon":"x","por_segundo":501})")
        == list{"/por_segundo"});
  CHECK(faults(R"({"filtro":{},"decision":"omitir","razon":"x","limite":10001})")
        == list{"/limite"});
  CHECK(faults(R"({"filtro":{},"decision":"omitir","razon":"x","entrada":{}})")
        == list{"/entrada"});
  CHECK(w.get("/api/v1/atencion/decisiones/" + to_text(id_of(1))).status == 404);
  CHECK(w.post("/api/v1/atencion/decisiones/nada/detener", "").status == 404);
  CHECK(w.engine.commands.empty());
}
