// What holds of a state: the predicates that the machine's decisions rest on. Pure.
//
// Internal to saga/: everybody else asks the machine.
#pragma once

#include <vector>

#include "saga/call.hpp"
#include "saga/definition.hpp"
#include "saga/state.hpp"

namespace sagas::rules {

/// Whether the saga may still be undone: its pivot has had no effect and can be having none now.
bool can_turn(const definition& plan, const saga_state& state);

/// Whether the point of no return lies behind the saga.
bool pivot_passed(const definition& plan, const saga_state& state);

/// Whether the pivot's answer is still to come, so that turning back has to wait for it.
bool pivot_undecided(const definition& plan, const saga_state& state);

/// Whether a step's action has or may have had an effect that its compensation is yet to undo.
bool needs_undo(const definition& plan, const saga_state& state, std::size_t step);

/// For each step whether all behind it is settled, so that it may be undone: no step that depends
/// on it, directly or not, is in flight or needs to be undone.
std::vector<bool> free_to_undo(const definition& plan, const saga_state& state);

/// Whether the saga waits at this step for an operator, or for the pivot to be decided first.
bool is_blocking(const saga_state& state, std::size_t step);
bool any_blocking(const saga_state& state);

/// Whether an operator's decision about this step makes sense: it blocks, and the saga can't simply
/// turn back because of it, nor has it to wait for the pivot's answer first.
bool awaits_decision(const definition& plan, const saga_state& state, std::size_t step);

/// Whether an attempt of this step's action may be sent now, as far as the saga as a whole goes:
/// while a turn waits for the pivot's answer, only the pivot's own attempts go on.
bool may_go_forward(const definition& plan, const saga_state& state, std::size_t step);

/// Every step that it depends on is done or skipped.
bool is_ready(const definition& plan, const saga_state& state, std::size_t step);

/// The saga acts by itself: neither ended nor paused nor parked.
bool is_acting(const saga_state& state);

/// Whether a participant's answer to this attempt is awaited.
bool awaits_answer(const step_definition& step, const attempt_state& attempt);

/// Whether the signal of a step that waits has come before its turn.
bool has_early_signal(const step_state& step);

/// When a wait that begins at `at` is over without a signal, if ever. At once when the date in its
/// input is none.
std::optional<timestamp> wait_ends(const wait_terms& wait, const document& input, timestamp at);

/// Whether a step waits, and its time is over, and the saga may go forward.
bool wait_is_over(const definition& plan, const saga_state& state, std::size_t step, timestamp at);

/// The date `hasta` of a wait's input.
std::optional<timestamp> date_in(const document& input);

milliseconds timeout_of(const step_definition& step, operation op);
const retry_policy& policy_of(const step_definition& step, operation op);

/// The document that one operation of a step is sent with: the same at every attempt, until an
/// operator edits it.
document input_of(const definition& plan, const saga_state& state, std::size_t step, operation op);

} // namespace sagas::rules
