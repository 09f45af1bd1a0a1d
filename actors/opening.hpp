// What open() does before any actor runs: settings and definitions.
#pragma once

#include "actors/core.hpp"

namespace sagas::actors {

/// errc::invalid_input with each setting that is out of range.
status check(const engine_config& settings);

/// Keeps the registry's definitions in the store, and makes known what only the store has.
/// errc::conflict when a version is stored with another text; or the store's errors.
status exchange_definitions(store& storage, engine_core& core);

} // namespace sagas::actors
