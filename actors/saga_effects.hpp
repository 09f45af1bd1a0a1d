// What follows from a state, for the saga actor: figures to report, calls to make.
#pragma once

#include <string>
#include <vector>

#include "actors/protocol.hpp"
#include "saga/machine.hpp"
#include "saga/telemetry.hpp"

namespace sagas::actors {

/// Tells the figures what a transition has brought that is durable since `at`.
void report(telemetry& to, const definition& plan, const saga_state& before,
            const saga_state& after, timestamp at);

/// Whether some participant has still to answer.
bool awaits_answer(const definition& plan, const saga_state& state);

/// The calls whose answers a saga awaits, and when each was last sent: what its rows do not tell.
std::vector<awaited_call> awaited_calls(const definition& plan, const saga_state& state);
void set_sending_times(saga_state& state, const std::vector<awaited_call>& awaited);

/// When nobody waits for the answer of an attempt any more.
timestamp deadline_of(const definition& plan, const saga_state& state, const call_request& what);

/// Whether an attempt has been sent before: it was still running, and is asked again.
bool is_asked_again(const saga_state& state, const call_request& what);

} // namespace sagas::actors
