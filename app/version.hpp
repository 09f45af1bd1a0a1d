// The program's version, as CMake's project() states it.
#pragma once

namespace sagas {

/// "0.1.0"
const char* version_text();

} // namespace sagas
