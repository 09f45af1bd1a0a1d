#include "saga/call.hpp"

namespace sagas {

std::string idempotency_key(const saga_id& saga, std::string_view step, operation op) {
  std::string key = to_text(saga);
  key += '/';
  key += step;
  key += op == operation::action ? "/accion" : "/compensacion";
  return key;
}

std::string idempotency_key(const call& what) {
  return idempotency_key(what.saga, what.step().name, what.request.op);
}

} // namespace sagas
