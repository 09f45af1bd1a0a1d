// The body of a command: what is decided, and why.
#pragma once

#include "saga/json_reader.hpp"
#include "saga/orchestrator.hpp"

namespace sagas::http {

/// Reads "razon", "salida" of completar and "entrada" of reintentar into a command whose kind is
/// set. A decision needs a reason. The caller ends the reading with done().
void read_order(object_reader& from, saga_command& to);

} // namespace sagas::http
