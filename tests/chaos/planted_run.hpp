// Whether the tests find the bugs that are planted in a build of SAGAS_PLANT (saga/planted.hpp).
#pragma once

#include "chaos/run.hpp"

namespace sagas::chaos {

/// First a run without a bug, which must pass; then each bug, which must be found, by a chaos run
/// or by the test that is made for it. Prints a table as it goes.
/// @param base each run gets folders of its own in its folders; a bug of the disk needs its disk
/// @returns the exit code: 0; 1 when one was missed; 3 when this build has no bugs
int run_planted(const run_options& base);

} // namespace sagas::chaos
