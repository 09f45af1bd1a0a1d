#include "http/api_order.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t code_max = 100;
constexpr std::size_t reason_max = 1'000;

} // namespace

void read_order(object_reader& from, saga_command& to) {
  const bool given = from.member("razon") != nullptr;
  const auto reason = from.text("razon", reason_max);
  to.who.reason = reason.value_or("");
  if (to.what != saga_command::kind::decide)
    return;
  const bool blank = to.who.reason.find_first_not_of(" \t\r\n") == std::string::npos;
  if (blank && reason.has_value() == given) // else it is at fault already
    from.fault("razon", "is needed: why this is decided; it stays in the saga's history");
  if (to.decided == decision::complete) {
    const json_value* output = from.object("salida");
    to.output = output ? output->dump() : "{}";
  }
  if (to.decided == decision::retry)
    if (const json_value* input = from.object("entrada"))
      to.input = input->dump();
}

outcome read_report(const json_value& body, fault_list& faults) {
  outcome said;
  object_reader reader{body, "", faults};
  const std::string word = reader.text("resultado", 20).value_or("");
  const json_value* output = reader.object("salida");
  said.code = reader.text("codigo", code_max).value_or("");
  said.reason = reader.text("motivo", reason_max).value_or("");
  reader.done();
  if (word == "hecho") {
    said.kind = outcome_kind::done;
    said.output = document{output ? output->dump() : "{}"};
  } else if (word == "negocio") {
    said.kind = outcome_kind::business_failure;
    if (output)
      faults.add("/salida", "only what is hecho has one");
    if (said.reason.empty())
      said.reason = "el participante lo rechazó";
  } else {
    faults.add("/resultado", "must be hecho, or negocio for a refusal without an effect");
  }
  return said;
}

} // namespace sagas::http
