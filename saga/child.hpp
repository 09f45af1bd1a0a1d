// Child sagas: a step that is a saga of its own. For its parent it is a participant
// (docs/adr/0022); here is what that one says, from the child's rows. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "saga/call.hpp"
#include "saga/orchestrator.hpp"
#include "saga/result.hpp"
#include "saga/rows.hpp"

namespace sagas {

/// A child of a child of ... : so deep at most. A type that begins itself would never end.
inline constexpr std::size_t child_depth_max = 16;
/// What a child tells of its steps' outputs; of more than this it tells nothing.
inline constexpr std::size_t child_outputs_max = 1'048'576;

/// The code of an outcome: what the child has done could not all be undone. Final: asking again
/// changes nothing.
inline constexpr const char* child_incomplete = "hija_incompleta";

/// The idempotency key of a step's child: there is one at most, however often it is asked for.
std::string child_key(const saga_id& parent, std::string_view step);

/// What begins the child of a step. `parent` is the header of the saga that calls.
/// @returns errc::invalid_input when the child's definition refuses the step's entrada
result<start_request> child_start(const definition_ptr& plan, const saga_header& parent,
                                  const call& what);
/// What takes the key of a child that was never begun, so that none ever is.
start_request annulled_start(const definition_ptr& plan, const call& what);

/// What the step's action has come to, now that its child has ended.
outcome result_of_child(const definition& plan, const stored_saga& child);

/// The steps of an ended saga whose effects are still there, or may be, by name, though it did not
/// end well.
std::vector<std::string> remains_of(const definition& plan, const stored_saga& ended);

/// What the step's undo has come to when the child did not end well.
outcome undo_of_failed_child(const definition& plan, const stored_saga& child);
/// The same when it had, from the end of the saga that undoes it.
outcome undo_of_completed_child(const saga_id& undo, saga_status end);

/// When to ask after a child that has gone on since `begun` and of whose end nobody has told: after
/// as long as it has taken so far, so that it is told at twice its time at the latest; and within
/// an hour.
timestamp child_asked_after(timestamp begun, timestamp now);

} // namespace sagas
