// Results that a participant reports later, by itself: where to, and how it shows that it was
// asked.
#pragma once

#include <string>
#include <string_view>

#include "saga/ids.hpp"
#include "saga/status.hpp"

namespace sagas::http {

struct callback_terms {
  std::string url; ///< of this server as participants see it; empty: no results are taken
  std::string key; ///< secret; the tokens are made with it, also by the next process
};

/// Of one operation of one step of one saga: the HMAC-SHA256 of its idempotency key. It is of use
/// once: a result that was taken leaves nothing to be reported.
std::string callback_token(const std::string& key, const saga_id& saga, std::string_view step,
                           operation op);

/// In a time that does not tell how much of it was right.
bool is_callback_token(std::string_view token, const std::string& key, const saga_id& saga,
                       std::string_view step, operation op);

/// "{url}/api/v1/sagas/{saga_id}/pasos/{paso}/resultado?operacion=accion"
std::string callback_url(const std::string& base, const saga_id& saga, std::string_view step,
                         operation op);

} // namespace sagas::http
