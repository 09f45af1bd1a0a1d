#include "api_fakes.hpp"
#include "http/participant/callback.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const std::string base = "/api/v1/sagas/" + to_text(id_of(1)) + "/";

} // namespace

TEST_CASE("commands reach the engine with who and why", "[http]") {
  struct command_case {
    const char* tail;
    saga_command::kind kind;
    decision decided;
  };
  using kind = saga_command::kind;
  for (const command_case& one :
       std::vector<command_case>{{"cancelar", kind::cancel, decision::retry},
                                 {"pausar", kind::pause, decision::retry},
                                 {"reanudar", kind::resume, decision::retry},
                                 {"pasos/cobrar/reintentar", kind::decide, decision::retry},
                                 {"pasos/cobrar/omitir", kind::decide, decision::skip},
                                 {"pasos/cobrar/completar", kind::decide, decision::complete},
                                 {"pasos/cobrar/fallar", kind::decide, decision::fail},
                                 {"pasos/cobrar/compensar", kind::decide, decision::turn}}) {
    world w;
    INFO(one.tail);
    const auto answer = w.post(base + one.tail, R"({"razon":"así lo quiso"})",
                               {{"saga-operador", "ana"}});
    CHECK(answer.status == 202);
    CHECK(answer.body
          == R"({"saga_id":")" + to_text(id_of(1))
               + R"(","estado":"COMPENSANDO","finalizada":false})");
    REQUIRE(w.engine.commands.size() == 1);
    const auto& [id, command] = w.engine.commands[0];
    CHECK(id == id_of(1));
    CHECK(command.what == one.kind);
    CHECK(command.decided == one.decided);
    CHECK(command.step == (one.kind == kind::decide ? "cobrar" : ""));
    CHECK(command.who.by == "ana");
    CHECK(command.who.reason == "así lo quiso");
  }
}

TEST_CASE("a command needs no body and no name; a decision needs a reason", "[http]") {
  world w;
  CHECK(w.post(base + "cancelar", "").status == 202);
  CHECK(w.engine.commands[0].second.who.by == "anonimo");
  CHECK(w.engine.commands[0].second.who.reason.empty());
  for (int i = 0; i < decision_count; ++i)
    for (const char* body : {"", "{}", R"({"razon":""})", R"({"razon":" \t"})", R"({"razon":7})"}) {
      const std::string tail = std::string{"pasos/a/"} + to_text(static_cast<decision>(i));
      INFO(tail << " " << body);
      CHECK(pointers_of(w.post(base + tail, body)) == std::vector<std::string>{"/razon"});
    }
  CHECK(w.engine.commands.size() == 1);
}

TEST_CASE("what a decision brings with it reaches the engine", "[http]") {
  world w;
  CHECK(w.post(base + "pasos/a/completar", R"({"razon":"x"})").status == 202);
  CHECK(w.engine.commands[0].second.output.text() == "{}");
  CHECK(w.post(base + "pasos/a/completar", R"({"razon":"x","salida":{"id":7}})").status == 202);
  CHECK(w.engine.commands[1].second.output.text() == R"({"id":7})");
  CHECK(w.post(base + "pasos/a/reintentar", R"({"razon":"x"})").status == 202);
  CHECK(w.engine.commands[2].second.input.empty());
  CHECK(w.post(base + "pasos/a/reintentar", R"({"razon":"x","entrada":{"b":1,"a":2}})").status
        == 202);
  CHECK(w.engine.commands[3].second.input.text() == R"({"b":1,"a":2})");
}

TEST_CASE("wrong commands never reach the engine", "[http]") {
  world w;
  CHECK(w.post("/api/v1/sagas/nada/cancelar", "").status == 404);
  CHECK(w.post("/api/v1/sagas/a b/cancelar", "").status == 422);
  CHECK(w.post(base + "cancelar", "{").status == 400);
  CHECK(pointers_of(w.post(base + "cancelar", "[]")) == std::vector<std::string>{""});
  CHECK(pointers_of(w.post(base + "cancelar", R"({"motivo":"x"})"))
        == std::vector<std::string>{"/motivo"});
  CHECK(pointers_of(w.post(base + "cancelar", R"({"razon":7})"))
        == std::vector<std::string>{"/razon"});
  CHECK(pointers_of(w.post(base + "cancelar", R"({"razon":")" + std::string(1001, 'x') + "\"}"))
        == std::vector<std::string>{"/razon"});
  CHECK(pointers_of(w.post(base + "cancelar", R"({"salida":{}})"))
        == std::vector<std::string>{"/salida"});
  CHECK(pointers_of(w.post(base + "pasos/a/completar", R"({"razon":"x","salida":[]})"))
        == std::vector<std::string>{"/salida"});
  CHECK(pointers_of(w.post(base + "pasos/a/reintentar", R"({"razon":"x","entrada":[]})"))
        == std::vector<std::string>{"/entrada"});
  CHECK(pointers_of(w.post(base + "pasos/a/omitir", R"({"razon":"x","entrada":{}})"))
        == std::vector<std::string>{"/entrada"});
  CHECK(pointers_of(w.post(base + "pasos/a b/omitir", R"({"razon":"x"})"))
        == std::vector<std::string>{"nombre"});
  CHECK(pointers_of(w.post(base + "cancelar", "", {{"saga-operador", std::string(101, 'x')}}))
        == std::vector<std::string>{"Saga-Operador"});
  CHECK(w.post(base + "cancelar", "", {{"saga-operador", "a\r\nb"}}).status == 422);
  CHECK(w.engine.commands.empty());
}

TEST_CASE("what the engine refuses is told by kind", "[http]") {
  const std::vector<std::tuple<errc, int, const char*>> cases{
    {errc::not_found, 404, "/problemas/no-encontrado"},
    {errc::conflict, 409, "/problemas/transicion-no-permitida"},
    {errc::unavailable, 503, "/problemas/no-disponible"},
    {errc::invalid_input, 422, "/problemas/entrada-invalida"},
    {errc::unknown_outcome, 503, "/problemas/resultado-desconocido"}};
  for (const auto& [code, status, type] : cases) {
    world w;
    w.engine.command_outcome = failure{code, "because"};
    const auto answer = w.post(base + "pausar", "");
    CHECK(answer.status == status);
    const json body = json::parse(answer.body);
    CHECK(body["type"] == type);
    CHECK(body["detail"] == "because");
  }
}

namespace {

// A payment saga that is parked at its third step, the pivot, whose outcome nobody knows.
void park(world& w) {
  const definition_ptr plan = w.definitions.find("procesar_pago_comisiones");
  REQUIRE(plan);
  saga_view view;
  view.header.id = id_of(1);
  view.header.type = plan->type;
  view.header.version = plan->version;
  view.header.status = saga_status::parked;
  view.header.steps_total = static_cast<std::uint32_t>(plan->steps.size());
  view.header.started = at("2026-01-31T09:00:00Z");
  view.header.input = document{R"({"periodo":"2026-01"})"};
  w.reads.sagas[id_of(1)] = view;
  auto& rows = w.reads.rows[id_of(1)];
  for (std::uint32_t i = 0; i < 3; ++i) {
    rows.push_back(step_row_of(i + 1, i, plan->steps[i].name, plan->steps[i].service,
                               operation::action, step_status::completed));
    rows.back().row.base = 1;
  }
  rows.back().row.status = step_status::failed;
  rows.back().row.kind = outcome_kind::unknown;
  rows.back().row.error = "sin respuesta";
}

const std::string at_pivot = base + "pasos/procesar_transferencias/";

} // namespace

TEST_CASE("a simulated decision tells what would follow, and changes nothing", "[http]") {
  world w;
  park(w);
  const auto x = w.send(
    "POST", at_pivot + "reintentar",
    {.body = R"({"razon":"x","entrada":{"lote":"b-8"}})", .query = {{"simular", "true"}}});
  const response answer = x->answer();
  INFO(answer.body);
  CHECK(answer.status == 200);
  const json body = json::parse(answer.body);
  CHECK(body["simulado"] == true);
  CHECK(body["estado"] == "EN_PROGRESO");
  REQUIRE(body["llamadas"].size() == 1);
  CHECK(body["llamadas"][0]["paso"] == "procesar_transferencias");
  CHECK(body["llamadas"][0]["intento"] == 2);
  CHECK(body["llamadas"][0]["entrada"] == json{{"lote", "b-8"}});
  CHECK(body["espera"]["respuestas"].size() == 1);
  CHECK(body["espera"]["hasta"].is_string());
  CHECK(body["si_todo_va_bien"]["estado"] == "COMPLETADA");
  CHECK(w.engine.commands.empty());

  const auto turned = w.send("POST", at_pivot + "compensar",
                             {.body = R"({"razon":"x"})", .query = {{"simular", "true"}}});
  const json back = json::parse(turned->answer().body);
  CHECK(back["estado"] == "COMPENSANDO");
  CHECK(back["llamadas"][0]["operacion"] == "COMPENSACION");
  CHECK(back["si_todo_va_bien"]["estado"] == "FALLIDA");
  CHECK(w.engine.commands.empty());
}

TEST_CASE("a simulated command is refused like a real one", "[http]") {
  world w;
  const auto simulated = [&](const std::string& path, const std::string& body) {
    return w.send("POST", path, {.body = body, .query = {{"simular", "true"}}})->answer().status;
  };
  CHECK(simulated(at_pivot + "omitir", R"({"razon":"x"})") == 404);
  park(w);
  CHECK(simulated(at_pivot + "omitir", "{}") == 422);
  CHECK(simulated(base + "pasos/nadie/omitir", R"({"razon":"x"})") == 404);
  CHECK(simulated(base + "pasos/generar_lote_pago/omitir", R"({"razon":"x"})") == 409);
  CHECK(simulated(base + "cancelar", "") == 409);
  CHECK(simulated(base + "pausar", "") == 409);
  CHECK(w.send("POST", base + "pausar", {.query = {{"simular", "si"}}})->answer().status == 422);
  w.reads.broken = failure{errc::unavailable, "no"};
  CHECK(simulated(at_pivot + "omitir", R"({"razon":"x"})") == 503);
  CHECK(w.engine.commands.empty());
}

TEST_CASE("a signal reaches the engine with what it says", "[http]") {
  world w;
  const auto answer = w.post(base + "senales/aprobada", R"({"por":"maria"})",
                             {{"saga-operador", "ana"}});
  CHECK(answer.status == 202);
  CHECK(w.post(base + "senales/aprobada", "").status == 202);
  REQUIRE(w.engine.commands.size() == 2);
  const auto& [id, command] = w.engine.commands[0];
  CHECK(id == id_of(1));
  CHECK(command.what == saga_command::kind::signal);
  CHECK(command.step == "aprobada");
  CHECK(command.output.text() == R"({"por":"maria"})");
  CHECK(command.who.by == "ana");
  CHECK(w.engine.commands[1].second.output.text() == "{}");
  CHECK(w.post(base + "senales/a b", "").status == 422);
  CHECK(w.post(base + "senales/aprobada", "[]").status == 422);
  CHECK(w.post(base + "senales/aprobada", "{").status == 400);
  CHECK(w.engine.commands.size() == 2);
}

TEST_CASE("a participant reports a result with its token, and with no other", "[http]") {
  world w;
  const std::string path = base + "pasos/cobrar/resultado";
  const std::multimap<std::string, std::string> with{
    {"saga-token", callback_token(callback_key, id_of(1), "cobrar", operation::action)}};
  CHECK(w.post(path, R"({"resultado":"hecho","salida":{"id":7}})", with).status == 202);
  CHECK(w.post(path, R"({"resultado":"negocio","motivo":"sin saldo"})", with).status == 202);
  REQUIRE(w.engine.commands.size() == 2);
  const saga_command& done = w.engine.commands[0].second;
  CHECK(done.what == saga_command::kind::report);
  CHECK(done.step == "cobrar");
  CHECK(done.said.kind == outcome_kind::done);
  CHECK(done.said.output.text() == R"({"id":7})");
  CHECK(w.engine.commands[1].second.said.kind == outcome_kind::business_failure);
  CHECK(w.engine.commands[1].second.said.reason == "sin saldo");

  CHECK(w.post(path, R"({"resultado":"hecho"})").status == 403);
  CHECK(w.post(path, R"({"resultado":"hecho"})", {{"saga-token", "x"}}).status == 403);
  CHECK(w.post(base + "pasos/otro/resultado", R"({"resultado":"hecho"})", with).status == 403);
  CHECK(w.post(path, R"({"resultado":"tal vez"})", with).status == 422);
  CHECK(w.post(path, R"({"resultado":"negocio","salida":{}})", with).status == 422);
  CHECK(w.post(path, "{", with).status == 400);
  CHECK(w.engine.commands.size() == 2);
}
