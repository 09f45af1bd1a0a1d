// The port of whoever does a step's action and its undo.
#pragma once

#include <functional>

#include "saga/call.hpp"
#include "saga/event.hpp"

namespace sagas {

/// Does actions and undoes them. A participant must be idempotent by idempotency_key(call):
/// the same key again answers the same and has no second effect; an undo of what never came is
/// fine and remembered, so that the action coming after it is refused.
class participant {
public:
  virtual ~participant() = default;
  /// Answers once, on any thread; or never, which counts as unknown at the call's deadline.
  using answer = std::function<void(outcome)>;
  virtual void invoke(const call& what, answer reply) = 0;
};

} // namespace sagas
