#include "http/codec_campaign.hpp"

#include <charconv>
#include <initializer_list>
#include <map>
#include <string>

#include "http/codec_saga.hpp"
#include "saga/json_text.hpp"
#include "saga/status.hpp"

namespace sagas::http {
namespace {

// The steps of the built-in saga whose outputs the dashboard shows.
constexpr const char* affiliates_step = "solicitar_afiliados_elegibles";
constexpr const char* commission_step = "configurar_comisiones_campania";
constexpr const char* tracking_step = "inicializar_tracking_conversiones";
constexpr const char* messages_step = "preparar_notificaciones_campania";

json_lookup output_of(const campaign_view& what, const char* step) {
  const auto found = what.outputs.find(step);
  return found == what.outputs.end() ? json_lookup{} : json_lookup{found->second.text()};
}

void copy(json_writer& json, const json_lookup& from, const char* name, const char* as) {
  json.key(as);
  json.json(from.find({name}));
}

void copy(json_writer& json, const json_lookup& from, std::initializer_list<const char*> names) {
  for (const char* name : names)
    copy(json, from, name, name);
}

double number_of(const json_lookup& from, const char* name) {
  const std::string_view text = from.find({name});
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

// An object of some of a step's output, or null while the step is not done.
void write_part(json_writer& json, const char* name, const campaign_view& what, const char* step,
                std::initializer_list<const char*> members) {
  json.key(name);
  if (!what.outputs.contains(step))
    return json.null();
  json.begin_object();
  copy(json, output_of(what, step), members);
  json.end_object();
}

} // namespace

void write_campaign(payload_writer& json, const campaign_view& what) {
  const json_lookup input{what.input.text()};
  json.begin_object();
  json.member("campania_id", what.campaign_id);
  copy(json, input,
       {"nombre", "tipo", "canal_publicidad", "objetivo", "segmento_audiencia", "presupuesto",
        "moneda", "fecha_inicio", "fecha_fin", "descripcion"});
  json.member("estado", to_text(what.saga.header.status));
  json.key("saga");
  write_saga(json, what.saga);
  const json_lookup affiliates = output_of(what, affiliates_step);
  copy(json, affiliates, "encontrados", "afiliados_encontrados");
  copy(json, affiliates, "afiliados", "afiliados");
  write_part(json, "comision", what, commission_step,
             {"configuracion_id", "porcentaje_base", "limite_maximo", "fecha_configuracion"});
  write_part(json, "metas", what, tracking_step,
             {"tracking_id", "metricas_configuradas", "metas_establecidas"});
  write_part(json, "notificaciones", what, messages_step,
             {"total_notificaciones", "canales_configurados"});
  json.end_object();
}

void write_campaign_totals(json_writer& json, const std::vector<campaign_view>& campaigns) {
  std::map<std::string, std::uint64_t> by_status;
  std::map<std::string, double> budgets;
  double affiliates = 0;
  double messages = 0;
  for (const campaign_view& one : campaigns) {
    ++by_status[to_text(one.saga.header.status)];
    const json_lookup input{one.input.text()};
    const std::string_view currency = input.find({"moneda"});
    budgets[currency.empty() ? "USD" : unquoted(currency)] += number_of(input, "presupuesto");
    affiliates += number_of(output_of(one, affiliates_step), "encontrados");
    messages += number_of(output_of(one, messages_step), "total_notificaciones");
  }
  json.begin_object();
  json.member("campanias", campaigns.size());
  json.key("por_estado");
  json.begin_object();
  for (const auto& [status, count] : by_status)
    json.member(status, count);
  json.end_object();
  json.key("presupuesto_por_moneda");
  json.begin_object();
  for (const auto& [currency, budget] : budgets)
    json.member(currency, budget);
  json.end_object();
  json.member("afiliados_encontrados", affiliates);
  json.member("total_notificaciones", messages);
  json.end_object();
}

} // namespace sagas::http
