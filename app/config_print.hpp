// The effective configuration, for people and for programs; secrets are masked in both.
#pragma once

#include <string>

#include "app/config.hpp"

namespace sagas {

/// A table of key, value and where it came from.
std::string config_as_text(const loaded_config& what);
/// {"http.port": {"value": 8003, "source": "default"}, ...}
std::string config_as_json(const loaded_config& what);

} // namespace sagas
