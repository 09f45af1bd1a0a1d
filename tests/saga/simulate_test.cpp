#include "saga/simulate.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "saga/builtin.hpp"
#include "saga/definition_json.hpp"
#include "support/catch.hpp"

using namespace sagas;
using nlohmann::json;

namespace {

definition_ptr plan_of(const std::string& text) {
  const auto plan = parse_definition(text);
  REQUIRE(plan);
  return *plan;
}

// Two steps with an undo, then one behind them without; no jitter.
definition_ptr three_steps(const std::string& more = "") {
  return plan_of(R"({"tipo":"t","plazo":"1h","politica":{"variacion":0,"primera_espera":"1s"},)"
                 R"("politica_compensacion":{"variacion":0,"intentos":2},"pasos":[)"
                 R"({"nombre":"a","microservicio":"s","compensacion":"no_a"},)"
                 R"({"nombre":"b","microservicio":"s","compensacion":"no_b"},)"
                 R"({"nombre":"c","microservicio":"s")"
                 + more + "}]}");
}

json run(const definition_ptr& plan, const std::string& script) {
  const auto shown = simulate_json(plan, script);
  INFO((shown ? "" : shown.error().message));
  REQUIRE(shown);
  return json::parse(shown->text());
}

// "a1 b1 c1 -b1 -a1": the calls in order, undos with a minus.
std::string calls_of(const json& shown) {
  std::string calls;
  for (const json& seen : shown["traza"])
    for (const json& call : seen["llamadas"])
      calls += (calls.empty() ? "" : " ")
               + std::string{call["operacion"] == "COMPENSACION" ? "-" : ""}
               + call["paso"].get<std::string>() + std::to_string(call["intento"].get<int>());
  return calls;
}

} // namespace

TEST_CASE("without a script everything is done at once", "[saga]") {
  const json shown = run(three_steps(), "{}");
  CHECK(shown["estado"] == "COMPLETADA");
  CHECK(shown["finalizada"] == true);
  CHECK(shown["duracion_ms"] == 0);
  CHECK(calls_of(shown) == "a1 b1 c1");
  CHECK(shown["pasos"][1]
        == json({{"nombre", "b"},
                 {"estado", "COMPLETADO"},
                 {"intentos", 1},
                 {"compensaciones", 0},
                 {"salida", json::object()}}));
}

TEST_CASE("scripts lead where the machine goes", "[saga]") {
  struct row {
    const char* script;
    const char* status;
    const char* calls;
    int duration_ms;
  };
  for (const row& of : {
         row{R"({"guion":{"c":{"accion":[{"resultado":"negocio","motivo":"no"}]}}})", "COMPENSADA",
             "a1 b1 c1 -b1 -a1", 0},
         row{R"({"guion":{"a":{"accion":[{"resultado":"negocio"}]}}})", "FALLIDA", "a1", 0},
         row{R"({"guion":{"b":{"accion":[{"resultado":"tecnico"},{"latencia":"50ms"}]}}})",
             "COMPLETADA", "a1 b1 b2 c1", 1050},
         row{R"({"guion":{"b":{"accion":[{"resultado":"sin_respuesta"}]}}})", "COMPENSADA",
             "a1 b1 b2 b3 -b1 -a1", 93'000},
         row{R"({"guion":{"b":{"accion":[{"resultado":"desconocido"}]}}})", "COMPENSADA",
             "a1 b1 b2 b3 -b1 -a1", 3'000},
         row{R"({"guion":{"a":{"accion":[{"resultado":"en_curso","preguntar_en":"5s"},{}]}}})",
             "COMPLETADA", "a1 a1 b1 c1", 5'000},
         row{R"({"guion":{"c":{"accion":[{"resultado":"negocio"}]},)"
             R"("b":{"compensacion":[{"resultado":"tecnico"}]}}})",
             "REQUIERE_ATENCION", "a1 b1 c1 -b1 -b2", 200},
         row{R"({"guion":{"c":{"accion":[{"latencia":"10s"}]}},"decisiones":[{"en":"2s",)"
             R"("que":"cancelar","razon":"r"}]})",
             "CANCELADA", "a1 b1 c1 -b1 -a1", 10'000},
         row{R"({"guion":{"b":{"accion":[{"latencia":"2s"}]}},"decisiones":[{"que":"reanudar",)"
             R"("en":"9s"},{"en":"1s","que":"pausar"}]})",
             "COMPLETADA", "a1 b1 c1", 9'000},
         row{R"({"guion":{"c":{"accion":[{"resultado":"negocio"}]},"b":{"compensacion":)"
             R"([{"resultado":"negocio"},{}]}},"decisiones":[{"en":"1m","que":"reintentar",)"
             R"("paso":"b"}]})",
             "COMPENSADA", "a1 b1 c1 -b1 -b2 -a1", 60'000},
       }) {
    INFO(of.script);
    const json shown = run(three_steps(), of.script);
    CHECK(shown["estado"] == of.status);
    CHECK(calls_of(shown) == of.calls);
    CHECK(shown["duracion_ms"] == of.duration_ms);
    CHECK(shown["cortada"].is_null());
  }
}

TEST_CASE("late answers and refused decisions are shown", "[saga]") {
  const json shown = run(three_steps(),
                         R"({"guion":{"a":{"accion":[{"latencia":"31s"},{"latencia":"5s"}]}},)"
                         R"("decisiones":[{"que":"omitir","paso":"a"}]})");
  CHECK(shown["estado"] == "COMPLETADA");
  int late = 0;
  int refused = 0;
  for (const json& seen : shown["traza"]) {
    late += seen.contains("sin_efecto");
    refused += seen.contains("rechazado");
  }
  CHECK(late == 1);
  CHECK(refused == 1);
}

TEST_CASE("inputs flow through the templates", "[saga]") {
  const auto plan = builtin_definitions().front();
  const json shown = run(plan, R"({"campania_id":"c-7","entrada":{"campania_nombre":"Verano"},)"
                               R"("guion":{"solicitar_afiliados_elegibles":{"accion":[)"
                               R"({"salida":{"encontrados":42}}]}}})");
  CHECK(shown["estado"] == "COMPLETADA");
  CHECK(shown["entrada"]["presupuesto"] == 1000);
  for (const json& seen : shown["traza"])
    for (const json& call : seen["llamadas"]) {
      CHECK(call["entrada"]["campania_id"] == "c-7");
      CHECK(call["entrada"]["campania_nombre"] == "Verano");
      if (call["paso"] == "inicializar_tracking_conversiones")
        CHECK(call["entrada"]["metas_numericas"]["afiliados_participantes"] == 42);
    }
}

TEST_CASE("a simulation is bounded in time, events and size", "[saga]") {
  const auto endless = plan_of(
    R"({"tipo":"t","pasos":[{"nombre":"a","microservicio":"s","pivote":true,)"
    R"("politica":{"intentos":10000,"espera_maxima":"1s","tiempo_total":"8000h"}}]})");
  const std::string never = R"("guion":{"a":{"accion":[{"resultado":"tecnico"}]}})";
  CHECK(run(endless, R"({"tiempo_maximo":"1m",)" + never + "}")["cortada"] == "tiempo_maximo");
  CHECK(run(endless, "{" + never + "}")["cortada"] == "sucesos");
  const std::string large = R"({"entrada":{"x":")" + std::string(100'000, 'x') + "\"},";
  CHECK(run(endless, large + never + "}")["cortada"] == "tamano");
  const std::string late = R"("guion":{"a":{"accion":[{"latencia":"31s","salida":")"
                           + std::string(100'000, 'x') + "\"}]}}";
  CHECK(run(endless, "{" + late + "}")["cortada"] == "tamano");
}

TEST_CASE("every fault of a script is named", "[saga]") {
  const std::pair<const char*, std::vector<std::string>> table[] = {
    {"[]", {""}},
    {R"({"x":1,"entrada":[],"inicio":"hoy","semilla":-1,"tiempo_maximo":"1 año"})",
     {"/entrada", "/inicio", "/semilla", "/tiempo_maximo", "/x"}},
    {R"({"guion":{"z":{},"a":{"accion":[],"compensar":[]},"b":1}})",
     {"/guion/z", "/guion/a/accion", "/guion/a/compensar", "/guion/b"}},
    {R"({"guion":{"a":{"accion":[{"resultado":"bien"},{"resultado":"negocio","salida":{}},)"
     R"({"latencia":-1,"y":2}]}}})",
     {"/guion/a/accion/0/resultado", "/guion/a/accion/1/salida", "/guion/a/accion/2/latencia",
      "/guion/a/accion/2/y"}},
    {R"({"decisiones":[{},{"que":"omitir"},{"que":"cancelar","paso":"a"},{"que":"x","en":"z"}]})",
     {"/decisiones/0/que", "/decisiones/1/paso", "/decisiones/2/paso", "/decisiones/3/que",
      "/decisiones/3/en"}},
  };
  for (const auto& [script, expected] : table) {
    INFO(script);
    const auto parsed = parse_simulation(*three_steps(), script);
    REQUIRE_FALSE(parsed);
    std::vector<std::string> found;
    for (const field_error& fault : parsed.error().fields)
      found.push_back(fault.pointer);
    CHECK(found == expected);
  }
  const auto campaign = parse_simulation(*builtin_definitions().front(), "{}");
  REQUIRE_FALSE(campaign);
  CHECK(campaign.error().fields[0].pointer == "/entrada/nombre");
}

TEST_CASE("whatever the script, it ends, parks or is cut", "[saga]") {
  const auto plan = three_steps();
  const std::vector<std::string> outcomes{R"({})",
                                          R"({"resultado":"negocio"})",
                                          R"({"resultado":"tecnico","latencia":"3s"})",
                                          R"({"resultado":"desconocido"})",
                                          R"({"resultado":"en_curso"})",
                                          R"({"resultado":"sin_respuesta"})",
                                          R"({"latencia":"40s"})"};
  const std::vector<std::string> decisions{
    R"("que":"cancelar")",          R"("que":"pausar")",
    R"("que":"reanudar")",          R"("que":"reintentar","paso":"a")",
    R"("que":"omitir","paso":"b")", R"("que":"completar","paso":"c","salida":{})",
    R"("que":"fallar","paso":"b")"};
  const bool holds = rc::check("ends", [&] {
    std::string script = "{\"guion\":{";
    for (const char* name : {"a", "b", "c"}) {
      script += (name[0] == 'a' ? "\"" : ",\"") + std::string{name} + "\":{";
      for (const char* op : {"accion", "compensacion"})
        script += (op[0] == 'a' ? "\"" : ",\"") + std::string{op} + "\":["
                  + *rc::gen::elementOf(outcomes) + "," + *rc::gen::elementOf(outcomes) + "]";
      script += "}";
    }
    script += "},\"decisiones\":[";
    for (int i = *rc::gen::inRange(0, 4); i >= 0; --i)
      script += "{\"en\":" + std::to_string(*rc::gen::inRange(0, 200)) + ","
                + *rc::gen::elementOf(decisions) + (i > 0 ? "}," : "}");
    // Ten minutes hold every kind of end; days of asking again would only take longer to try.
    const auto parsed = simulate_json(plan, script + R"(],"tiempo_maximo":"10m"})");
    RC_ASSERT(static_cast<bool>(parsed));
    const json shown = json::parse(parsed->text());
    const auto status = shown["estado"].get<std::string>();
    RC_ASSERT(shown["finalizada"] == true || status == "REQUIERE_ATENCION" || status == "PAUSADA"
              || !shown["cortada"].is_null());
  });
  CHECK(holds);
}
