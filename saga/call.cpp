#include "saga/call.hpp"

namespace sagas {

std::string idempotency_key(const call& what) {
  std::string key = to_text(what.saga);
  key += '/';
  key += what.step().name;
  key += what.request.op == operation::action ? "/accion" : "/compensacion";
  return key;
}

} // namespace sagas
