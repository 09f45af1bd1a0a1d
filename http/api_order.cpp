#include "http/api_order.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t reason_max = 1000;

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

} // namespace sagas::http
