// The definitions that ship with the program: configs/definitions/*.json, inside the binary.
#pragma once

#include <vector>

#include "saga/definition.hpp"

namespace sagas {

/// All of them, parsed. Aborts when one is broken: they are part of the program.
std::vector<definition_ptr> builtin_definitions();

} // namespace sagas
