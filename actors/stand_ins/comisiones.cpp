// The stand-in for the commissions' service: what a campaign pays, and what a period owes.
#include <cmath>

#include <nlohmann/json.hpp>

#include "actors/stand_ins/affiliates.hpp"
#include "actors/stand_ins/service.hpp"
#include "actors/stand_ins/writing.hpp"

namespace sagas {
namespace {

using json = nlohmann::ordered_json;

double in_cents(double amount) { return std::round(amount * 100) / 100; }

act_answer configure(const act_request& what) {
  const std::string_view share = value_of(what, {"estructura_comisiones", "porcentaje_base"});
  const std::string_view limit = value_of(what, {"estructura_comisiones", "limite_maximo"});
  object_writer output;
  output.text("configuracion_id", made_id("com", what));
  output.raw("porcentaje_base", share).raw("limite_maximo", limit);
  output.text("fecha_configuracion", to_iso(what.now));
  object_writer effect;
  effect.raw("campania_id", value_of(what, {"campania_id"}));
  effect.raw("porcentaje_base", share).raw("limite_maximo", limit);
  return {.output = std::move(output).finish(), .effect = std::move(effect).finish()};
}

// Every eligible affiliate's share of the period's base.
act_answer calculate(const act_request& what) {
  const auto base = json::parse(value_of(what, {"monto_base"}), nullptr, false);
  if (!base.is_number() || !(base.get<double>() > 0))
    return {.done = false, .reason = "No hay monto sobre el que calcular comisiones"};
  json list = json::array();
  double total = 0;
  for (const affiliate& who : affiliates()) {
    if (!who.eligible())
      continue;
    const double amount = in_cents(base.get<double>() * who.share / 100);
    total += amount;
    list.push_back({{"afiliado_id", who.id}, {"nombre", who.name}, {"monto", amount}});
  }
  object_writer output;
  output.text("calculo_id", made_id("cal", what)).raw("periodo", value_of(what, {"periodo"}));
  output.raw("moneda", value_of(what, {"moneda"})).raw("comisiones", list.dump());
  output.number("total", in_cents(total));
  object_writer effect;
  effect.raw("periodo", value_of(what, {"periodo"})).number("adeudado", in_cents(total));
  return {.output = std::move(output).finish(), .effect = std::move(effect).finish()};
}

// One payment for each commission.
act_answer batch(const act_request& what) {
  const auto commissions = json::parse(value_of(what, {"comisiones"}), nullptr, false);
  if (!commissions.is_array() || commissions.empty())
    return {.done = false, .reason = "No hay comisiones que pagar"};
  json payments = json::array();
  for (const json& of : commissions) {
    const auto who = of.is_object() ? of.value("afiliado_id", json{}) : json{};
    payments.push_back({{"pago_id", made_id("pago", what, who.dump())},
                        {"afiliado_id", who},
                        {"monto", of.is_object() ? of.value("monto", json{}) : json{}}});
  }
  object_writer output;
  output.text("lote_id", made_id("lote", what)).raw("pagos", payments.dump());
  output.raw("total", value_of(what, {"total"}));
  object_writer effect;
  effect.text("lote_id", made_id("lote", what)).raw("total", value_of(what, {"total"}));
  return {.output = std::move(output).finish(), .effect = std::move(effect).finish()};
}

class comisiones final : public stand_in_service {
public:
  std::string_view name() const override { return "comisiones"; }
  act_answer act(const act_request& what) const override {
    if (what.step == "configurar_comisiones_campania")
      return configure(what);
    if (what.step == "calcular_comisiones_periodo")
      return calculate(what);
    if (what.step == "generar_lote_pago")
      return batch(what);
    return act_as_told(what);
  }
};

} // namespace

std::unique_ptr<stand_in_service> make_comisiones() { return std::make_unique<comisiones>(); }

} // namespace sagas
