// The stand-in for the notifications' service: which messages are ready to go out.
#include <nlohmann/json.hpp>

#include "actors/stand_ins/service.hpp"
#include "actors/stand_ins/writing.hpp"

namespace sagas {
namespace {

using json = nlohmann::ordered_json;

// One message for each channel that has a template, and for each recipient.
act_answer prepare(const act_request& what, std::size_t recipients) {
  const std::string_view templates = value_of(what, {"templates_notificacion"});
  const auto by_channel = json::parse(templates, nullptr, false);
  if (!by_channel.is_object() || by_channel.empty())
    return {.done = false, .reason = "No hay plantillas de notificación"};
  json channels = json::array();
  for (const auto& [channel, text] : by_channel.items())
    channels.push_back(channel);
  object_writer output;
  output.number("total_notificaciones", static_cast<double>(by_channel.size() * recipients));
  output.raw("canales_configurados", channels.dump()).raw("templates_preparados", templates);
  object_writer effect;
  effect.raw("campania_id", value_of(what, {"campania_id"})).raw("canales", channels.dump());
  return {.output = std::move(output).finish(), .effect = std::move(effect).finish()};
}

std::size_t transfers(const act_request& what) {
  const auto list = json::parse(value_of(what, {"transferencias"}), nullptr, false);
  return list.is_array() ? list.size() : 0;
}

class notificaciones final : public stand_in_service {
public:
  std::string_view name() const override { return "notificaciones"; }
  act_answer act(const act_request& what) const override {
    if (what.step == "preparar_notificaciones_campania")
      return prepare(what, 1);
    if (what.step == "notificar_pagos_procesados")
      return prepare(what, transfers(what));
    return act_as_told(what);
  }
};

} // namespace

std::unique_ptr<stand_in_service> make_notificaciones() {
  return std::make_unique<notificaciones>();
}

} // namespace sagas
