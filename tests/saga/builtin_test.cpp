#include "saga/builtin.hpp"

#include <map>

#include <nlohmann/json.hpp>

#include "saga/definition_json.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

definition_ptr builtin(const std::string& type) {
  for (const definition_ptr& plan : builtin_definitions())
    if (plan->type == type)
      return plan;
  FAIL("no built-in definition " << type);
  return nullptr;
}

json sent(const definition& plan, std::size_t step, const std::string& start) {
  const auto input = prepare_input(plan, start);
  REQUIRE(input);
  const document found{R"({"criterios":{},"encontrados":3,"afiliados":[]})"};
  template_scope scope{.saga = {}, .campaign_id = "c-9", .input = &*input, .output = {}};
  scope.output = [&](std::string_view name) {
    return name == "solicitar_afiliados_elegibles" ? &found : nullptr;
  };
  return json::parse(plan.steps[step].input.render(scope).text());
}

} // namespace

TEST_CASE("the campaign launch is built in to the figure", "[saga]") {
  const auto plan = builtin("lanzar_campania_completa");
  CHECK(plan->deadline == 600s);
  REQUIRE(plan->steps.size() == 4);
  const char* expected[][3] = {
    {"solicitar_afiliados_elegibles", "afiliados", "cancelar_busqueda_afiliados"},
    {"configurar_comisiones_campania", "comisiones", "desconfigurar_comisiones"},
    {"inicializar_tracking_conversiones", "tracking", "detener_tracking"},
    {"preparar_notificaciones_campania", "notificaciones", "cancelar_notificaciones"}};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(plan->steps[i].name == expected[i][0]);
    CHECK(plan->steps[i].service == expected[i][1]);
    CHECK(plan->steps[i].compensation == expected[i][2]);
    CHECK(plan->steps[i].timeout == 30s);
    CHECK(plan->steps[i].retry.attempts == 3);
  }
}

TEST_CASE("the campaign launch sends what the contract says", "[saga]") {
  const auto plan = builtin("lanzar_campania_completa");
  const std::string start =
    R"({"nombre":"Verano","tipo":"CASHBACK","objetivo":"Incrementar_Ventas","presupuesto":2500,)"
    R"("fecha_inicio":"2026-01-01","fecha_fin":"2026-02-01","descripcion":"d"})";
  CHECK(
    sent(*plan, 0, start)
    == json::parse(R"({"campania_id":"c-9","campania_nombre":"Verano","tipo_campania":"CASHBACK",
          "canal_publicidad":"online","objetivo_campania":"Incrementar_Ventas",
          "segmento_audiencia":"general","fecha_inicio":"2026-01-01","fecha_fin":"2026-02-01",
          "criterios_elegibilidad":{"segmento_requerido":"general","canal_compatible":"online",
          "nivel_minimo":"basico"}})"));
  CHECK(
    sent(*plan, 1, start)
    == json::parse(R"({"campania_id":"c-9","campania_nombre":"Verano","tipo_campania":"CASHBACK",
          "presupuesto_total":2500,"moneda":"USD","estructura_comisiones":{"porcentaje_base":0.08,
          "bonificacion_volumen":true,"limite_maximo":750,"frecuencia_pago":"mensual"},
          "fecha_inicio":"2026-01-01","fecha_fin":"2026-02-01"})"));
  CHECK(sent(*plan, 2, start) == json::parse(R"({"campania_id":"c-9","campania_nombre":"Verano",
          "objetivo_campania":"Incrementar_Ventas","canal_publicidad":"online",
          "metricas_objetivo":["conversion_rate","revenue","order_value"],
          "metas_numericas":{"conversiones_esperadas":83,"ingresos_objetivo":7500,
          "afiliados_participantes":3},"fecha_inicio":"2026-01-01","fecha_fin":"2026-02-01"})"));
  const json notes = sent(*plan, 3, start);
  CHECK(notes["contenido_personalizado"]["titulo"] == "Nueva campaña: Verano");
  CHECK(notes["contenido_personalizado"]["descripcion"] == "d");
  CHECK(notes["contenido_personalizado"].contains("call_to_action"));
  for (const char* channel : {"email", "sms", "push", "web"})
    CHECK(notes["templates_notificacion"].contains(channel));
  CHECK(notes["criterios_envio"]
        == json({{"solo_afiliados_confirmados", true},
                 {"respetar_preferencias", true},
                 {"horario_optimo", true}}));
}

TEST_CASE("figures depend on type and aim", "[saga]") {
  const auto plan = builtin("lanzar_campania_completa");
  struct row {
    const char* type;
    double share;
    int conversions;
  };
  for (const row& of : {row{"Promocional", 0.05, 40}, row{"descuento", 0.03, 66},
                        row{"CashBack", 0.08, 33}, row{"otra", 0.05, 40}}) {
    const std::string start =
      json{{"nombre", "x"}, {"tipo", of.type}, {"presupuesto", 1000}}.dump();
    INFO(start);
    CHECK(sent(*plan, 1, start)["estructura_comisiones"]["porcentaje_base"] == of.share);
    CHECK(sent(*plan, 2, start)["metas_numericas"]["conversiones_esperadas"] == of.conversions);
  }
  const std::pair<const char*, json> aims[] = {
    {"fidelizar_clientes", {"retention_rate", "repeat_purchases", "lifetime_value"}},
    {"captar_nuevos_clientes", {"new_signups", "first_purchase", "activation_rate"}},
    {"x", {"conversion_rate", "revenue"}}};
  for (const auto& [aim, metrics] : aims)
    CHECK(sent(*plan, 2, json{{"nombre", "x"}, {"objetivo", aim}}.dump())["metricas_objetivo"]
          == metrics);
  const json bare = sent(*plan, 2, R"({"nombre":"x"})");
  CHECK(bare["metricas_objetivo"] == json({"conversion_rate", "revenue"}));
  CHECK(bare["metas_numericas"]["conversiones_esperadas"] == 40);
  CHECK(sent(*plan, 1, R"({"nombre":"x"})")["estructura_comisiones"]["limite_maximo"] == 300);
}

TEST_CASE("the commission payment has its pivot", "[saga]") {
  const auto plan = builtin("procesar_pago_comisiones");
  CHECK(plan->deadline == 1800s);
  REQUIRE(plan->steps.size() == 5);
  CHECK(plan->pivot == 2u);
  CHECK(plan->steps[2].name == "procesar_transferencias");
  CHECK(plan->steps[2].service == "pagos");
  CHECK(plan->steps[3].optional);
  CHECK(plan->steps[4].optional);
  CHECK(plan->steps[4].service == "afiliados");
}
