// What becomes of an attempt once its answer is known, or its time is over.
//
// Internal to saga/.
#pragma once

#include "saga/draft.hpp"

namespace sagas {

/// Ends it: it is tried again when its policy says so, or its step is skipped, or the saga is to
/// turn back or to park.
void attempt_failed(draft& work, std::size_t step, operation op, timestamp at, const outcome& why);

/// It still runs, and is asked for again later, unless that would be too late.
void attempt_goes_on(draft& work, std::size_t step, operation op, timestamp at,
                     const outcome& what);

/// The time of a wait is over.
void lapse(draft& work, std::size_t step, timestamp at);

/// A success that comes after its attempt was given up and its undo was sent: the effect may have
/// landed behind the undo, so the undo is sent once more. Bounded by the attempts of both.
/// @return false: it is no such success
bool undo_again(draft& work, const outcome_arrived& what);

} // namespace sagas
