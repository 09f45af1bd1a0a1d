// What a participant has to do with a call, given what it remembers of that step of that saga.
//
// This is what makes duplicates, undos of what never came and late actions harmless; it is the
// rule that any participant needs, whatever it does. persistence/barrier.hpp keeps the mark in the
// participant's own database.
#pragma once

#include <cstdint>
#include <string_view>

#include "saga/status.hpp"

namespace sagas {

/// What is remembered of one step of one saga; as it is made: nothing.
struct barrier_mark {
  bool acted = false;      ///< the action had its effect
  bool refused = false;    ///< the action was refused for business reasons, for good
  bool undone = false;     ///< undone, or undone before it came
  std::uint64_t epoch = 0; ///< the highest epoch seen
};

enum class verdict : std::uint8_t {
  act,             ///< the first action: do it
  same_answer,     ///< done before: answer the same
  same_refusal,    ///< refused before: refuse again
  hanging,         ///< came after its undo: refuse
  undo,            ///< take the effect back
  nothing_to_undo, ///< never came, or had no effect: remember it, answer done
  undone_already,  ///< answer done again
  stale_epoch,     ///< from a node that has lost the saga: refuse, change nothing
};

/// Decides.
/// @param epoch of the node that calls; an older one than the mark's is refused
verdict judge(const barrier_mark& known, operation op, std::uint64_t epoch);

/// The word of a ledger_note for it.
std::string_view diary_word(verdict what);

} // namespace sagas
