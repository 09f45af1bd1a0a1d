// Holds a history against the invariants of the design. Knows nothing but the history.
#pragma once

#include "tests/simulation/story.hpp"

namespace sagas::sim {

/// The first violation found; nothing when the history is a good one.
finding check(const history& seen);

// By witness; check() calls them all.
finding check_starts(const history& seen, const std::map<saga_id, story>& sagas);   // A1-A3
finding check_commands(const history& seen, const std::map<saga_id, story>& sagas); // A1
finding check_owners(const history& seen);                                          // F1-F3, R2
finding check_calls(const history& seen, const std::map<saga_id, story>& sagas);    // W1
finding check_outcomes(const history& seen, const story& of);                       // W2
finding check_feed(const history& seen);                                            // E1, E2
finding check_changes(const story& of);                                             // S1, S11, R1
finding check_sends(const story& of);  // S6-S10, S12, V5
finding check_closed(const story& of); // A5
finding check_end(const story& of);    // S3-S5

} // namespace sagas::sim
