#include "app/version.hpp"

namespace sagas {

const char* version_text() { return SAGAS_VERSION; }

} // namespace sagas
