// The stand-in for the affiliates' service: who takes part in a campaign.
#include <array>

#include "actors/stand_ins/affiliates.hpp"
#include "actors/stand_ins/service.hpp"
#include "actors/stand_ins/writing.hpp"
#include "saga/text.hpp"

namespace sagas {
namespace {

constexpr std::array<affiliate, 4> known{{
  {"af-001", "Juan Pérez Martínez", "INDIVIDUAL", "ACTIVO", 7.5, "PLATA"},
  {"af-002", "Tech Solutions SAS", "EMPRESA", "ACTIVO", 10, "ORO"},
  {"af-003", "María Influencer", "INFLUENCER", "ACTIVO", 12, "PLATINO"},
  {"af-004", "Carlos Rodríguez", "INDIVIDUAL", "PENDIENTE_APROBACION", 5, "BRONCE"},
}};

struct eligible_list {
  std::string full; // as the answer has them
  std::string ids;  // as they are enrolled
  int count = 0;
};

const eligible_list& eligible() {
  static const eligible_list list = [] {
    eligible_list made{.full = "[", .ids = "["};
    for (const affiliate& who : known) {
      if (!who.eligible())
        continue;
      object_writer entry;
      entry.text("afiliado_id", who.id).text("nombre", who.name).text("tipo", who.kind);
      entry.text("estado", who.status).number("porcentaje_comision", who.share);
      entry.text("nivel", who.level);
      const char* comma = made.count++ > 0 ? "," : "";
      made.full += comma + std::move(entry).finish_text();
      made.ids += comma + json_quoted(who.id);
    }
    made.full += "]";
    made.ids += "]";
    return made;
  }();
  return list;
}

bool finds_nobody(const act_request& what) {
  std::string segment = text_of(what, {"segmento_audiencia"});
  if (segment.empty())
    segment = text_of(what, {"criterios_elegibilidad", "segmento_requerido"});
  const std::string folded = fold_case(segment);
  return folded == "ninguno" || folded == "vacio" || folded == "vacío";
}

act_answer search(const act_request& what) {
  if (finds_nobody(what))
    return {.done = false, .reason = "No hay afiliados elegibles"};
  object_writer output;
  output.raw("criterios", value_of(what, {"criterios_elegibilidad"}));
  output.number("encontrados", eligible().count).raw("afiliados", eligible().full);
  object_writer effect;
  effect.raw("campania_id", value_of(what, {"campania_id"})).raw("inscritos", eligible().ids);
  return {.output = std::move(output).finish(), .effect = std::move(effect).finish()};
}

act_answer add_to_statistics(const act_request& what) {
  object_writer output;
  output.raw("periodo", value_of(what, {"periodo"}));
  output.number("afiliados_actualizados", eligible().count).raw("total", value_of(what, {"total"}));
  object_writer effect;
  effect.raw("periodo", value_of(what, {"periodo"})).raw("pagado", value_of(what, {"total"}));
  return {.output = std::move(output).finish(), .effect = std::move(effect).finish()};
}

class afiliados final : public stand_in_service {
public:
  std::string_view name() const override { return "afiliados"; }
  act_answer act(const act_request& what) const override {
    if (what.step == "solicitar_afiliados_elegibles")
      return search(what);
    if (what.step == "actualizar_estadisticas")
      return add_to_statistics(what);
    return act_as_told(what);
  }
};

} // namespace

std::span<const affiliate> affiliates() { return known; }

std::unique_ptr<stand_in_service> make_afiliados() { return std::make_unique<afiliados>(); }

} // namespace sagas
