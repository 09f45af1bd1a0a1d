// Mounts that only this process and its children see, so that nothing is left behind however it
// ends, and nobody else holds on to a disk.
#pragma once

#include "saga/result.hpp"

namespace sagas::chaos {

/// Leaves the system's mount namespace for one of its own, once. Call before any thread exists.
/// errc::unavailable where the system does not allow it.
status enter_own_mounts();

} // namespace sagas::chaos
