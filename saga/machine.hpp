// Decides what one event means for one saga.
//
// Pure: reads no clock, touches no store, logs nothing. The runtime commits `written` first and
// performs `calls` only then. Every effect is derivable from the state, so that a restart has no
// code of its own: the calls of a transition are those that outstanding(next) has and
// outstanding(before) has not.
#pragma once

#include <optional>
#include <vector>

#include "saga/call.hpp"
#include "saga/definition.hpp"
#include "saga/event.hpp"
#include "saga/result.hpp"
#include "saga/rows.hpp"
#include "saga/state.hpp"

namespace sagas {

/// What an event leads to.
struct transition {
  saga_state next;
  changes written;
  std::vector<call_request> calls; ///< to perform once `written` is durable
};

/// A saga before its first event.
saga_state new_saga(const definition& plan, saga_header header);

/// Decides.
/// @returns errc::stale when `what` belongs to a lost or settled attempt, or nothing was due: no
///          change; errc::conflict when the state forbids what was asked, with a message for the
///          caller; errc::invalid_input for a decision that makes no sense.
result<transition> advance(const definition_ptr& plan, const saga_state& state, const event& what);

/// The calls whose answer `state` waits for. A restart performs exactly these, with the same keys.
std::vector<call_request> outstanding(const definition& plan, const saga_state& state);

/// When `state` next needs a time_passed, if ever: the earliest of retry, time-out, next question
/// and the saga's deadline.
std::optional<timestamp> wakes_at(const definition& plan, const saga_state& state);

/// Whether the rows tell that this very signal has come: who repeats it after the saga's end is
/// told so.
bool has_heard(const definition& plan, const stored_saga& rows, std::string_view signal,
               const document& content);

/// The live state that stored rows describe; attempts in flight get their whole time-out again
/// from `now` on. errc::corrupt when no run of the machine can have written them.
result<saga_state> rebuild(const definition& plan, const stored_saga& rows, timestamp now);

/// The status of a step as a whole, for summaries.
step_status status_of(const step_state& step);

} // namespace sagas
