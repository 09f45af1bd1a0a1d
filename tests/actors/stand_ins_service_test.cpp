#include <nlohmann/json.hpp>

#include "saga/builtin.hpp"
#include "saga/definition_json.hpp"
#include "actors/stand_ins_world.hpp"

using namespace sagas;
using nlohmann::json;

namespace {

const saga_id id = *parse_saga_id("01890a5d-ac96-774b-bcce-b302099a8057");

act_answer ask(const std::string& service, const std::string& step, const std::string& input) {
  const json_lookup lookup{input};
  return make_stand_in_service(service)->act(
    {.saga = id, .step = step, .input = lookup, .now = *parse_iso("2026-01-02T03:04:05.678Z")});
}

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items())
    keys.push_back(key);
  return keys;
}

} // namespace

TEST_CASE("only active affiliates are found and enrolled", "[actors]") {
  const auto answer = ask("afiliados", "solicitar_afiliados_elegibles",
                          R"({"campania_id":"c-1","segmento_audiencia":"general",)"
                          R"("criterios_elegibilidad":{"nivel_minimo":"basico"}})");
  REQUIRE(answer.done);
  const json output = json::parse(answer.output.text());
  CHECK(keys_of(output) == std::vector<std::string>{"afiliados", "criterios", "encontrados"});
  CHECK(output["criterios"] == json({{"nivel_minimo", "basico"}}));
  CHECK(output["encontrados"] == 3);
  CHECK(output["afiliados"][0]
        == json({{"afiliado_id", "af-001"},
                 {"nombre", "Juan Pérez Martínez"},
                 {"tipo", "INDIVIDUAL"},
                 {"estado", "ACTIVO"},
                 {"porcentaje_comision", 7.5},
                 {"nivel", "PLATA"}}));
  CHECK(output["afiliados"][2]["nombre"] == "María Influencer");
  CHECK(json::parse(answer.effect.text())
        == json({{"campania_id", "c-1"}, {"inscritos", {"af-001", "af-002", "af-003"}}}));
}

TEST_CASE("an empty segment finds nobody", "[actors]") {
  for (const char* segment : {"ninguno", "NINGUNO", "Vacio", "vacío", "VACÍO", "vac\\u00edo"}) {
    INFO(segment);
    const auto answer = ask("afiliados", "solicitar_afiliados_elegibles",
                            std::string{R"({"segmento_audiencia":")"} + segment + "\"}");
    CHECK_FALSE(answer.done);
    CHECK(answer.reason == "No hay afiliados elegibles");
  }
  CHECK_FALSE(ask("afiliados", "solicitar_afiliados_elegibles",
                  R"({"criterios_elegibilidad":{"segmento_requerido":"Ninguno"}})")
                .done);
}

TEST_CASE("answers have exactly the contract's fields", "[actors]") {
  const auto commission = ask(
    "comisiones", "configurar_comisiones_campania",
    R"({"estructura_comisiones":{"porcentaje_base":0.08,"limite_maximo":300.5}})");
  const json set = json::parse(commission.output.text());
  CHECK(keys_of(set)
        == std::vector<std::string>{"configuracion_id", "fecha_configuracion", "limite_maximo",
                                    "porcentaje_base"});
  CHECK(set["porcentaje_base"] == 0.08);
  CHECK(set["limite_maximo"] == 300.5);
  CHECK(set["fecha_configuracion"] == "2026-01-02T03:04:05.678Z");
  const auto tracking = ask("tracking", "inicializar_tracking_conversiones",
                            R"({"metricas_objetivo":["a"],"metas_numericas":{"m":1}})");
  const json followed = json::parse(tracking.output.text());
  CHECK(keys_of(followed)
        == std::vector<std::string>{"metas_establecidas", "metricas_configuradas", "tracking_id"});
  CHECK(followed["metricas_configuradas"] == json({"a"}));
  CHECK(followed["metas_establecidas"] == json({{"m", 1}}));
  const auto notes = ask("notificaciones", "preparar_notificaciones_campania",
                         R"({"templates_notificacion":{"email":"e","sms":"s"}})");
  CHECK(json::parse(notes.output.text())
        == json({{"total_notificaciones", 2},
                 {"canales_configurados", {"email", "sms"}},
                 {"templates_preparados", {{"email", "e"}, {"sms", "s"}}}}));
}

TEST_CASE("ids are made from the saga and the step", "[actors]") {
  const auto id_of = [](const std::string& step) {
    return json::parse(ask("cualquiera", step, "{}").output.text())["operacion_id"]
      .get<std::string>();
  };
  CHECK(id_of("a") == id_of("a"));
  CHECK(id_of("a") != id_of("b"));
  CHECK(id_of("a").size() <= 36);
}

TEST_CASE("any step of any service is done as told", "[actors]") {
  for (const char* service :
       {"afiliados", "comisiones", "tracking", "notificaciones", "pagos", "otro"}) {
    const auto answer = ask(service, "paso_propio", R"({"x":[1]})");
    CHECK(answer.done);
    CHECK(answer.effect.text() == R"({"x":[1]})");
    CHECK(json::parse(answer.output.text())["entrada"] == json({{"x", {1}}}));
  }
}

TEST_CASE("both built-in definitions run through the services", "[actors]") {
  for (const definition_ptr& plan : builtin_definitions()) {
    const auto input = prepare_input(*plan, plan->type == "lanzar_campania_completa"
                                              ? R"({"nombre":"x"})"
                                              : R"({"periodo":"2026-01"})");
    REQUIRE(input);
    std::map<std::string, document, std::less<>> outputs;
    template_scope scope{.saga = id, .campaign_id = "c", .input = &*input, .output = {}};
    scope.output = [&](std::string_view step) { return &outputs.find(step)->second; };
    for (const step_definition& step : plan->steps) {
      INFO(step.name);
      const auto answer = ask(step.service, step.name,
                              std::string{step.input.render(scope).text()});
      REQUIRE(answer.done);
      REQUIRE(json::accept(answer.output.text()));
      REQUIRE(json::accept(answer.effect.text()));
      CHECK_FALSE(json::parse(answer.output.text()).contains("operacion_id"));
      outputs[step.name] = answer.output;
    }
    if (plan->type == "procesar_pago_comisiones") {
      const json paid = json::parse(outputs["procesar_transferencias"].text());
      CHECK(paid["total"] == 295);
      CHECK(paid["transferencias"].size() == 3);
      CHECK(paid["transferencias"][0]["monto"] == 75);
      CHECK(json::parse(outputs["notificar_pagos_procesados"].text())["total_notificaciones"] == 6);
    }
  }
}
