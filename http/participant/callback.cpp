#include "http/participant/callback.hpp"

#include <openssl/crypto.h>

#include "http/signing.hpp"
#include "saga/call.hpp"

namespace sagas::http {

std::string callback_token(const std::string& key, const saga_id& saga, std::string_view step,
                           operation op) {
  return hmac_sha256_hex(key, "resultado." + idempotency_key(saga, step, op));
}

bool is_callback_token(std::string_view token, const std::string& key, const saga_id& saga,
                       std::string_view step, operation op) {
  const std::string right = callback_token(key, saga, step, op);
  return token.size() == right.size()
         && CRYPTO_memcmp(token.data(), right.data(), right.size()) == 0;
}

std::string callback_url(const std::string& base, const saga_id& saga, std::string_view step,
                         operation op) {
  return base + "/api/v1/sagas/" + to_text(saga) + "/pasos/" + percent_encoded(step)
         + "/resultado?operacion=" + (op == operation::action ? "accion" : "compensacion");
}

} // namespace sagas::http
