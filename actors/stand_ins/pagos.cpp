// The stand-in for the payments' service: money that has left cannot be called back.
#include <nlohmann/json.hpp>

#include "actors/stand_ins/service.hpp"
#include "actors/stand_ins/writing.hpp"

namespace sagas {
namespace {

using json = nlohmann::ordered_json;

act_answer transfer(const act_request& what) {
  const auto payments = json::parse(value_of(what, {"pagos"}), nullptr, false);
  if (!payments.is_array() || payments.empty())
    return {.done = false, .reason = "El lote no tiene pagos"};
  json transfers = json::array();
  for (const json& payment : payments) {
    const json of = payment.is_object() ? payment : json::object();
    transfers.push_back({{"transferencia_id", made_id("tr", what, of.dump())},
                         {"afiliado_id", of.value("afiliado_id", json{})},
                         {"monto", of.value("monto", json{})},
                         {"estado", "EJECUTADA"}});
  }
  object_writer output;
  output.raw("lote_id", value_of(what, {"lote_id"})).raw("transferencias", transfers.dump());
  output.raw("total", value_of(what, {"total"})).raw("moneda", value_of(what, {"moneda"}));
  object_writer effect;
  effect.raw("lote_id", value_of(what, {"lote_id"})).raw("transferencias", transfers.dump());
  return {.output = std::move(output).finish(), .effect = std::move(effect).finish()};
}

class pagos final : public stand_in_service {
public:
  std::string_view name() const override { return "pagos"; }
  act_answer act(const act_request& what) const override {
    return what.step == "procesar_transferencias" ? transfer(what) : act_as_told(what);
  }
};

} // namespace

std::unique_ptr<stand_in_service> make_pagos() { return std::make_unique<pagos>(); }

} // namespace sagas
