// The bodies of commands: what is decided, and why; and of results that participants report.
#pragma once

#include "saga/json_reader.hpp"
#include "saga/orchestrator.hpp"

namespace sagas::http {

/// Reads "razon", "salida" of completar and "entrada" of reintentar into a command whose kind is
/// set. A decision needs a reason. The caller ends the reading with done().
void read_order(object_reader& from, saga_command& to);

/// Reads {"resultado": "hecho", "salida"?} or {"resultado": "negocio", "codigo"?, "motivo"?}.
outcome read_report(const json_value& body, fault_list& faults);

} // namespace sagas::http
