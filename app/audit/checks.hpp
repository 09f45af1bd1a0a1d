// The invariants, one function each: what must hold of one saga, whatever happened meanwhile.
//
// The names are those of the catalogue in docs/audit.md. A check says what it sees and judges
// nothing else; what a witness cannot show is not checked.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "app/audit/evidence.hpp"

namespace sagas::audit {

/// Called with a line for people for each violation found.
using say = std::function<void(std::string)>;

struct saga_check {
  const char* invariant;
  const char* meaning; ///< one line
  void (*run)(const saga_case& saga, const say& wrong);
};

std::span<const saga_check> state_checks();       ///< S1, S3, S4, S5, S10, S11, S13, A5
std::span<const saga_check> order_checks();       ///< S6, S7, S8, S9, S12, V5
std::span<const saga_check> participant_checks(); ///< W1, W2, F3; need the ledger
std::span<const saga_check> client_checks();      ///< A1, A2, S2; need the clients' log

} // namespace sagas::audit
