// What is asked of a participant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "saga/definition.hpp"
#include "saga/document.hpp"
#include "saga/ids.hpp"
#include "saga/status.hpp"

namespace sagas {

/// One attempt to send: an effect of the machine.
struct call_request {
  std::size_t step = 0;
  operation op = operation::action;
  std::uint32_t attempt = 0;
  document input;
  bool operator==(const call_request&) const = default;
};

/// The same on its way to a participant, with all that it needs to know. Cheap to copy.
struct call {
  saga_id saga;   ///< whose effects it is about: what participants know it by
  saga_id sender; ///< who waits for the answer: the same, but of an undo of what had ended well
  definition_ptr plan;
  call_request request;
  std::uint64_t epoch = 0; ///< of the node that sends; a participant refuses an older one
  timestamp deadline{};    ///< afterwards nobody waits for the answer
  document metadata;       ///< the saga's metadatos
  /// This very attempt was sent before (by a process that has crashed, or it was still running):
  /// that it can't be sent now does not mean that it had no effect.
  bool repeated = false;

  const step_definition& step() const { return plan->steps[request.step]; }
};

/// "{saga_id}/{paso}/{accion|compensacion}": the same for every attempt, so that a participant
/// recognises a repetition.
std::string idempotency_key(const saga_id& saga, std::string_view step, operation op);
std::string idempotency_key(const call& what);

} // namespace sagas
