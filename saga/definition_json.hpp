// Definitions as JSON: reading, checking, and what a start of one must bring.
#pragma once

#include <string_view>

#include "saga/definition.hpp"
#include "saga/result.hpp"

namespace sagas {

/// Reads and checks a definition. Every fault is named, each with its JSON pointer: unknown keys,
/// wrong types, duplicate names, unknown or cyclic depende_de, references to steps that are not
/// ancestors, more than one pivot, a compensation behind the pivot, policies out of range.
result<definition_ptr> parse_definition(std::string_view json);

/// Checks `entrada` of a start against the definition's schema and rules and fills in its
/// defaults. errc::invalid_input with every wrong field named.
result<document> prepare_input(const definition& plan, std::string_view input);

} // namespace sagas
