#include "actors/stand_ins/service.hpp"

#include "actors/stand_ins/writing.hpp"

namespace sagas {
namespace {

class any_service final : public stand_in_service {
public:
  explicit any_service(std::string_view name) : name_(name) {}
  std::string_view name() const override { return name_; }
  act_answer act(const act_request& what) const override { return act_as_told(what); }

private:
  std::string name_;
};

} // namespace

act_answer act_as_told(const act_request& what) {
  const std::string_view input = value_of(what, {});
  object_writer output;
  output.text("operacion_id", made_id("op", what)).raw("entrada", input);
  return {.output = std::move(output).finish(), .effect = document{std::string{input}}};
}

std::unique_ptr<stand_in_service> make_stand_in_service(std::string_view name) {
  if (name == "afiliados")
    return make_afiliados();
  if (name == "comisiones")
    return make_comisiones();
  if (name == "tracking")
    return make_tracking();
  if (name == "notificaciones")
    return make_notificaciones();
  if (name == "pagos")
    return make_pagos();
  return std::make_unique<any_service>(name);
}

} // namespace sagas
