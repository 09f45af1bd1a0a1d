#include "bench/campaign.hpp"

#include <cstdio>

#include "bench/context.hpp"
#include "saga/builtin.hpp"
#include "saga/definition_json.hpp"

namespace sagas::bench {
namespace {

constexpr const char* launch_type = "lanzar_campania_completa";

std::string numbered(const char* form, std::uint64_t number) {
  char text[64];
  std::snprintf(text, sizeof text, form, static_cast<unsigned long long>(number));
  return text;
}

// As a client of the platform sends it.
std::string campaign(std::uint64_t number) {
  return R"({"campania_id":")" + campaign_id_of(number)
         + R"(","nombre":"Navidad 2026: descuentos de temporada","tipo":"descuento",)"
           R"("canal_publicidad":"redes_sociales","objetivo":"incrementar_ventas",)"
           R"("segmento_audiencia":"jovenes_urbanos","presupuesto":25000,"moneda":"USD",)"
           R"("fecha_inicio":"2026-12-01T00:00:00Z","fecha_fin":"2026-12-31T23:59:59Z",)"
           R"("descripcion":"Descuentos de hasta el 40 % en toda la tienda para clientes nuevos )"
           R"(y habituales durante el mes de diciembre"})";
}

} // namespace

std::string campaign_id_of(std::uint64_t number) { return numbered("campania-%016llx", number); }

std::string user_id_of(std::uint64_t number) { return numbered("usuario-%04llu", number % 1'000); }

definition_ptr launch_plan() {
  for (definition_ptr& each : builtin_definitions())
    if (each->type == launch_type)
      return each;
  throw failed{std::string{launch_type} + " does not ship"};
}

definition_ptr patient_plan() {
  json text = json::parse(launch_plan()->source.text());
  text["tipo"] = "lanzar_campania_sin_prisa";
  text["plazo"] = "24h";
  text["tiempo_maximo"] = "1h";
  return must(parse_definition(text.dump()), "the definition of patient sagas");
}

campaign_maker::campaign_maker(definition_ptr plan)
  : plan_(std::move(plan)), prepared_(must(prepare_input(*plan_, campaign(0)), "the campaign")) {}

start_request campaign_maker::start(std::uint64_t number) const {
  start_request made;
  made.plan = plan_;
  made.campaign_id = campaign_id_of(number);
  made.user_id = user_id_of(number);
  std::string input{prepared_.text()};
  const std::string placeholder = campaign_id_of(0);
  input.replace(input.find(placeholder), placeholder.size(), made.campaign_id);
  made.input = std::move(input);
  return made;
}

std::string campaign_maker::command_body(std::uint64_t number) {
  return R"({"campania":)" + campaign(number) + R"(,"usuario_id":")" + user_id_of(number) + "\"}";
}

std::string campaign_maker::start_body(std::uint64_t number) const {
  return R"({"tipo":")" + plan_->type + R"(","usuario_id":")" + user_id_of(number)
         + R"(","entrada":)" + campaign(number) + "}";
}

} // namespace sagas::bench
