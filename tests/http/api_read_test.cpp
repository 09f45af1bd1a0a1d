#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const std::string path = "/api/v1/sagas/" + to_text(id_of(1));

const std::string saga_members =
  R"("saga_id":")" + to_text(id_of(1))
  + R"(","tipo":"lanzar_campania_completa","version":1,"estado":"COMPLETADA",)"
    R"("finalizada":true,"timestamp_inicio":"2026-01-31T09:08:07.123Z",)"
    R"("timestamp_fin":"2026-01-31T09:08:07.391Z","duracion_total_segundos":0.268,)"
    R"("campania_id":"camp-001","usuario_id":null,"metadatos":{"origen":"panel"},)"
    R"("error_mensaje":null,"origen":null,)"
    R"("progreso":{"pasos_totales":4,"pasos_completados":4,"porcentaje":100})";

const std::string first_step =
  R"({"paso_id":"p-0","nombre":"solicitar_afiliados_elegibles",)"
  R"("descripcion":"hace solicitar_afiliados_elegibles","microservicio":"afiliados",)"
  R"("estado":"COMPLETADO","tipo_operacion":"ACCION","intento_numero":1,"resultado":"HECHO",)"
  R"("timestamp_inicio":"2026-01-31T09:08:07.210Z","timestamp_fin":"2026-01-31T09:08:07.215Z",)"
  R"("duracion_segundos":0.005,"datos_entrada":{"campania_id":"camp-001"},)"
  R"("datos_salida":{"encontrados":3},"error_mensaje":null})";

void fill(world& w) {
  w.reads.sagas[id_of(1)] = completed_saga(id_of(1));
  w.reads.rows[id_of(1)] = {step_row_of(1, 0, "solicitar_afiliados_elegibles", "afiliados",
                                        operation::action, step_status::completed)};
}

} // namespace

TEST_CASE("a saga is told with each step's summary", "[http]") {
  world w;
  fill(w);
  const auto answer = w.get(path);
  CHECK(answer.status == 200);
  const auto pending = [](const std::string& name, const std::string& service) {
    return R"({"nombre":")" + name + R"(","microservicio":")" + service
           + R"(","estado":"PENDIENTE","intentos":0,"compensaciones":0,"hija":null})";
  };
  CHECK(answer.body
        == "{" + saga_members
             + R"(,"deshecha_por":null,"pasos":[{"nombre":"solicitar_afiliados_elegibles",)"
               R"("microservicio":"afiliados","estado":"COMPLETADO","intentos":1,)"
               R"("compensaciones":0,"hija":null},)"
             + pending("configurar_comisiones_campania", "comisiones") + ","
             + pending("inicializar_tracking_conversiones", "tracking") + ","
             + pending("preparar_notificaciones_campania", "notificaciones") + "]}");
}

TEST_CASE("a step's summary follows its newest attempts", "[http]") {
  world w;
  fill(w);
  auto& rows = w.reads.rows[id_of(1)];
  rows.push_back(step_row_of(3, 0, "solicitar_afiliados_elegibles", "afiliados",
                             operation::compensation, step_status::compensating));
  rows.push_back(step_row_of(2, 1, "configurar_comisiones_campania", "comisiones",
                             operation::action, step_status::failed));
  rows.back().row.attempt = 3;
  const json steps = json::parse(w.get(path).body)["pasos"];
  CHECK(steps[0]["estado"] == "COMPENSANDO");
  CHECK(steps[0]["compensaciones"] == 1);
  CHECK(steps[1]["estado"] == "FALLIDO");
  CHECK(steps[1]["intentos"] == 3);

  w.reads.sagas[id_of(1)].header.version = 77; // not known here: only what was sent
  CHECK(json::parse(w.get(path).body)["pasos"].size() == 2);
}

TEST_CASE("state, steps and progress have their own bodies", "[http]") {
  world w;
  fill(w);
  CHECK(w.get(path + "/estado").body
        == R"({"saga_id":")" + to_text(id_of(1)) + R"(","estado":"COMPLETADA","finalizada":true})");
  CHECK(w.get(path + "/pasos").body == "[" + first_step + "]");
  CHECK(w.get(path + "/progreso").body
        == "{\"saga\":{" + saga_members + "},\"pasos\":[" + first_step
             + R"(],"progreso":{"pasos_totales":4,"pasos_completados":4,"porcentaje":100}})");
}

TEST_CASE("a running saga has no end, and documents are never texts", "[http]") {
  world w;
  fill(w);
  saga_header& saga = w.reads.sagas[id_of(1)].header;
  saga.status = saga_status::parked;
  saga.ended.reset();
  saga.metadata = {};
  saga.error = "línea \"1\"\n\xff";
  w.reads.sagas[id_of(1)].steps_completed = 1;
  w.reads.rows[id_of(1)][0].row.output = document{"{broken"};
  w.reads.rows[id_of(1)][0].row.kind.reset();
  const json body = json::parse(w.get(path + "/progreso").body);
  CHECK(body["saga"]["timestamp_fin"] == nullptr);
  CHECK(body["saga"]["duracion_total_segundos"] == nullptr);
  CHECK(body["saga"]["metadatos"] == json::object());
  CHECK(body["saga"]["error_mensaje"] == "línea \"1\"\n\xEF\xBF\xBD");
  CHECK(body["saga"]["estado"] == "REQUIERE_ATENCION");
  CHECK(body["saga"]["finalizada"] == false);
  CHECK(body["progreso"]["porcentaje"] == 25);
  CHECK(body["pasos"][0]["datos_salida"] == nullptr);
  CHECK(body["pasos"][0]["resultado"] == nullptr);
}

TEST_CASE("sagas that are not there are told from ids that can't be", "[http]") {
  world w;
  for (const char* tail : {"", "/estado", "/pasos", "/progreso", "/eventos"}) {
    const auto absent = w.get("/api/v1/sagas/" + to_text(id_of(5)) + tail);
    INFO(tail << " " << absent.body);
    CHECK(absent.status == 404);
    CHECK(json::parse(absent.body)["type"] == "/problemas/no-encontrado");
    CHECK(w.get(std::string{"/api/v1/sagas/camp-001"} + tail).status == 404);
    const auto wrong = w.get(std::string{"/api/v1/sagas/' OR 1=1"} + tail);
    CHECK(wrong.status == 422);
    CHECK(pointers_of(wrong) == std::vector<std::string>{"saga_id"});
    CHECK(w.get("/api/v1/sagas/" + std::string(37, 'a') + tail).status == 422);
  }
}

TEST_CASE("reads of a store that is away are refused with Retry-After", "[http]") {
  world w;
  w.reads.broken = failure{errc::unavailable, "the store does not answer"};
  for (const std::string& one :
       {path, path + "/estado", path + "/pasos", path + "/progreso", path + "/eventos",
        std::string{"/api/v1/sagas"}, std::string{"/api/v1/sagas/activas"},
        std::string{"/api/v1/sagas/estadisticas"}, std::string{"/api/v1/campanias"},
        std::string{"/api/v1/campanias/c"}, std::string{"/readyz"}}) {
    const auto answer = w.get(one);
    INFO(one);
    CHECK(answer.status == 503);
    CHECK(answer.headers.front().first == "Retry-After");
  }
}

TEST_CASE("active sagas are an array with the true total beside it", "[http]") {
  world w;
  CHECK(w.get("/api/v1/sagas/activas").body == "[]");
  for (int i = 1; i <= 5; ++i) {
    w.reads.sagas[id_of(i)] = completed_saga(id_of(i));
    if (i != 3)
      w.reads.sagas[id_of(i)].header.status = saga_status::running;
  }
  const auto answer = w.get("/api/v1/sagas/activas", {{"limite", "2"}});
  const json body = json::parse(answer.body);
  REQUIRE(body.size() == 2);
  CHECK(body[0]["saga_id"] == to_text(id_of(5)));
  CHECK(body[1]["saga_id"] == to_text(id_of(4)));
  CHECK(answer.headers.front() == std::pair<std::string, std::string>{"X-Total", "4"});
}

TEST_CASE("a search goes on behind its cursor and ends", "[http]") {
  world w;
  for (int i = 1; i <= 5; ++i)
    w.reads.sagas[id_of(i)] = completed_saga(id_of(i));
  std::vector<std::string> seen;
  std::multimap<std::string, std::string> query{{"limite", "2"}};
  for (int page = 0; page < 3; ++page) {
    const json body = json::parse(w.get("/api/v1/sagas", query).body);
    for (const json& saga : body["sagas"])
      seen.push_back(saga["saga_id"]);
    CHECK(body["cursor"].is_null() == (page == 2));
    if (!body["cursor"].is_null())
      query = {{"limite", "2"}, {"cursor", body["cursor"].get<std::string>()}};
  }
  std::vector<std::string> all;
  for (int i = 5; i >= 1; --i)
    all.push_back(to_text(id_of(i)));
  CHECK(seen == all);
}

TEST_CASE("every filter of a search reaches the store", "[http]") {
  world w;
  CHECK(w.get("/api/v1/sagas", {{"estado", "FALLIDA"},
                                {"tipo", "t"},
                                {"campania_id", "c"},
                                {"usuario_id", "u"},
                                {"microservicio", "afiliados"},
                                {"desde", "2026-01-01"},
                                {"hasta", "2026-02-01T00:00:00Z"}})
          .body
        == R"({"sagas":[],"cursor":null})");
  REQUIRE(w.reads.searched);
  const saga_filter& filter = *w.reads.searched;
  CHECK(filter.status == saga_status::failed);
  CHECK(filter.type == "t");
  CHECK(filter.campaign_id == "c");
  CHECK(filter.user_id == "u");
  CHECK(filter.service == "afiliados");
  CHECK(filter.from == at("2026-01-01"));
  CHECK(filter.until == at("2026-02-01"));
  CHECK(filter.limit == 100);
}

TEST_CASE("every wrong query parameter is named", "[http]") {
  world w;
  const auto answer = w.get("/api/v1/sagas", {{"estado", "completada"},
                                              {"tipo", "a b"},
                                              {"campania_id", std::string(37, 'x')},
                                              {"desde", "ayer"},
                                              {"limite", "0"},
                                              {"cursor", "zzz"}});
  CHECK(answer.status == 422);
  CHECK(pointers_of(answer)
        == std::vector<std::string>{"?estado", "?tipo", "?campania_id", "?desde", "?cursor",
                                    "?limite"});
  for (const char* limit : {"1001", "-1", "1.5", "", "1e2", "99999999999999999999999"})
    CHECK(w.get("/api/v1/sagas/activas", {{"limite", limit}}).status == 422);
  CHECK(pointers_of(w.get("/api/v1/sagas", {{"limite", "1"}, {"limite", "2"}, {"pagina", "3"}}))
        == std::vector<std::string>{"?limite", "?pagina"});
  CHECK(pointers_of(
          w.get("/api/v1/sagas/estadisticas", {{"desde", "2026-02-01"}, {"hasta", "2026-01-01"}}))
        == std::vector<std::string>{"?hasta"});
  for (const char* cursor : {"AAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAA+", "'"})
    CHECK(w.get("/api/v1/sagas", {{"cursor", cursor}}).status == 422);
  CHECK(w.get("/healthz", {{"x", "1"}}).status == 422);
}

TEST_CASE("statistics have every figure of the contract", "[http]") {
  world w;
  w.reads.figures.total = 10;
  w.reads.figures.by_status = {{"COMPLETADA", 6}, {"COMPENSADA", 3}, {"EN_PROGRESO", 1}};
  w.reads.figures.by_type = {{"t", 10}};
  w.reads.figures.durations = {9, 1.5, 1.25, 2.5, 3.75};
  w.reads.figures.last_day = 7;
  w.reads.figures.steps = {{"t",
                            "a",
                            operation::action,
                            {{"COMPLETADO", 8}, {"FALLIDO", 2}},
                            1,
                            {10, 0.25, 0.2, 0.5, 0.75}}};
  CHECK(w.get("/api/v1/sagas/estadisticas").body
        == R"({"total_sagas":10,"por_estado":{"COMPENSADA":3,"COMPLETADA":6,"EN_PROGRESO":1},)"
           R"("por_tipo":{"t":10},"promedio_duracion_segundos":1.5,"p50":1.25,"p95":2.5,)"
           R"("p99":3.75,"tasa_exito":66.67,"sagas_ultimo_dia":7,"pasos":[{"tipo":"t",)"
           R"("paso":"a","tipo_operacion":"ACCION","total":10,)"
           R"("por_estado":{"COMPLETADO":8,"FALLIDO":2},"reintentos":1,)"
           R"("promedio_duracion_segundos":0.25,"p50":0.2,"p95":0.5,"p99":0.75}]})");
  w.reads.figures = {};
  const json empty = json::parse(w.get("/api/v1/sagas/estadisticas").body);
  CHECK(empty["tasa_exito"] == nullptr);
  CHECK(empty["p95"] == nullptr);
}

TEST_CASE("campaigns are told with what their saga has reached", "[http]") {
  world w;
  campaign_view one;
  one.campaign_id = "camp-001";
  one.saga = completed_saga(id_of(2));
  one.input = document{R"({"nombre":"Ñandú","presupuesto":1000.5,"moneda":"EUR"})"};
  one.outputs["solicitar_afiliados_elegibles"] = document{
    R"({"encontrados":3,"afiliados":[{"id":"af-001"}]})"};
  one.outputs["configurar_comisiones_campania"] = document{
    R"({"configuracion_id":"cfg","porcentaje_base":0.05,"limite_maximo":300})"};
  campaign_view two;
  two.campaign_id = "camp-002";
  two.saga = completed_saga(id_of(1));
  two.saga.header.status = saga_status::failed;
  two.input = document{R"({"nombre":"B","presupuesto":10,"moneda":"EUR"})"};
  w.reads.campaign_list = {one, two};

  const json body = json::parse(w.get("/api/v1/campanias").body);
  CHECK(body["resumen"].dump()
        == R"({"campanias":2,"por_estado":{"COMPLETADA":1,"FALLIDA":1},)"
           R"("presupuesto_por_moneda":{"EUR":1010.5},"afiliados_encontrados":3,)"
           R"("total_notificaciones":0})");
  CHECK(body["cursor"] == nullptr);
  CHECK(body["campanias"][1]["comision"] == nullptr);
  CHECK(body["campanias"][1]["afiliados_encontrados"] == nullptr);

  const json shown = json::parse(w.get("/api/v1/campanias/camp-001").body);
  CHECK(shown["nombre"] == "Ñandú");
  CHECK(shown["estado"] == "COMPLETADA");
  CHECK(shown["saga"]["saga_id"] == to_text(id_of(2)));
  CHECK(shown["afiliados_encontrados"] == 3);
  CHECK(shown["afiliados"][0]["id"] == "af-001");
  CHECK(shown["comision"]["porcentaje_base"] == 0.05);
  CHECK(shown["metas"] == nullptr);

  const json page = json::parse(w.get("/api/v1/campanias", {{"limite", "1"}}).body);
  CHECK(page["campanias"].size() == 1);
  const json rest = json::parse(
    w.get("/api/v1/campanias", {{"cursor", page["cursor"].get<std::string>()}}).body);
  CHECK(rest["campanias"][0]["campania_id"] == "camp-002");
  CHECK(w.get("/api/v1/campanias/nadie").status == 404);
  CHECK(w.get("/api/v1/campanias/a b").status == 422);
}

TEST_CASE("the history is in the order of time and names who decided", "[http]") {
  world w;
  fill(w);
  auto& rows = w.reads.rows[id_of(1)];
  rows.push_back(step_row_of(2, 0, "solicitar_afiliados_elegibles", "afiliados",
                             operation::compensation, step_status::compensated));
  const timestamp decided = rows[1].row.started;
  w.reads.notes[id_of(1)] = {{decided, "cancelacion_pedida", "", "ana", "por error"},
                             {rows[0].row.ended.value(), "aparcada", "x", "", ""}};
  const json history = json::parse(w.get(path + "/eventos").body);
  std::vector<std::string> told;
  for (const json& one : history)
    told.push_back(one["evento"].get<std::string>() + " " + one.value("tipo_operacion", "-"));
  CHECK(told
        == std::vector<std::string>{"saga_iniciada -", "intento_enviado ACCION",
                                    "intento_terminado ACCION", "aparcada -",
                                    "cancelacion_pedida -", "intento_enviado COMPENSACION",
                                    "intento_terminado COMPENSACION", "saga_terminada -"});
  CHECK(history[4].dump()
        == R"({"timestamp":"2026-01-31T09:08:07.220Z","saga_id":")" + to_text(id_of(1))
             + R"(","evento":"cancelacion_pedida","por":"ana","razon":"por error"})");
  CHECK(history[3]["por"] == nullptr);
}

TEST_CASE("nodes, participants and health are told", "[http]") {
  world w;
  CHECK(w.get("/api/v1/nodos").body
        == R"({"nodos":[{"nombre":"nodo-1","epoca":3,"sagas_activas":12,)"
           R"("escrituras_en_cola":4,"acepta":true,"motivo":null}]})");
  CHECK(w.get("/api/v1/participantes").body
        == R"({"participantes":[{"microservicio":"afiliados","clase":"actor","sano":true,)"
           R"("llamadas":50,"fallos":2,"en_curso":1}]})");
  CHECK(w.get("/healthz").status == 200);
  CHECK(w.get("/readyz").body == R"({"estado":"listo"})");
  CHECK(w.get("/metrics").body == "sagas_up 1\n");
  w.engine.self.accepting = false;
  w.engine.self.why_not = "draining";
  const auto away = w.get("/readyz");
  CHECK(away.status == 503);
  CHECK(json::parse(away.body)["detail"] == "no starts are accepted: draining");
  CHECK(w.get("/healthz").status == 200);
}
