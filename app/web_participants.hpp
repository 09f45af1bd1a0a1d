// The web services that an operator has listed, as participants of the engine.
#pragma once

#include <string>

#include "actors/engine.hpp"

namespace sagas {

/// Adds those of the file; they go before stand-ins of the same microservicio. An empty path adds
/// none. Gives the key of the results that they may report later; empty: none.
/// errc::invalid_input names every fault.
result<std::string> add_web_participants(engine& to, const std::string& path);

} // namespace sagas
