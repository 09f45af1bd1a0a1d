#include "http/codec_subscription.hpp"

#include "http/webhook/position.hpp"

namespace sagas::http {

const char* to_text(subscription_state::kind how) {
  switch (how) {
  case subscription_state::kind::active: return "activa";
  case subscription_state::kind::inactive: return "inactiva";
  case subscription_state::kind::paused: return "pausada";
  case subscription_state::kind::broken: return "averiada";
  }
  return "";
}

void write_subscription(json_writer& json, const kept_document& what,
                        const subscription_state* state) {
  const subscription_state shown = state ? *state
                                         : subscription_state{.next = unpacked(what.position)};
  json.begin_object();
  json.member("nombre", what.name);
  json.member("estado", to_text(shown.how));
  json.member("motivo", shown.why);
  json.member("cambiada", what.changed);
  json.member("posicion", to_text(shown.next));
  json.member("retraso_segundos", shown.lag_s);
  json.member("entregados", shown.delivered);
  json.member("intentos_fallidos", shown.failed);
  json.member("descartados", shown.dead);
  json.member("huecos", shown.gaps);
  json.member("apartados", shown.set_aside);
  json.member("cartas", shown.letters);
  json.member("ultimo_fallo", shown.last_fault);
  json.key("suscripcion");
  json.json(what.content.text());
  json.end_object();
}

} // namespace sagas::http
