// What waits for an operator, and what a decision would do, on the wire.
#pragma once

#include <string>

#include "http/json_writer.hpp"
#include "saga/definition.hpp"
#include "saga/preview.hpp"

namespace sagas::http {

/// What a command would do.
std::string preview_body(const definition& plan, const preview& what);

} // namespace sagas::http
