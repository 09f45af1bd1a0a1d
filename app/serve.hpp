// sagas serve: the life of the server's process.
#pragma once

#include "app/config.hpp"

namespace sagas {

/// Serves by this configuration until a signal or the loss of the store ends it; tells its URL on
/// stdout in one line once it accepts. Blocks SIGINT and SIGTERM: call before any thread exists.
/// @returns the exit code
int serve(const config& values);

} // namespace sagas
