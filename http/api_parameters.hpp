// The query parameters that several routes share, for the route table.
#pragma once

#include <string>

#include "http/api_endpoint.hpp"

namespace sagas::http {

parameter limit_parameter(std::size_t fallback);
parameter cursor_parameter();
parameter from_parameter();
parameter until_parameter();
parameter type_parameter();
parameter saga_status_parameter();
parameter id_parameter(std::string name, std::string description);
parameter name_parameter(std::string name, std::string description);
parameter version_parameter();
parameter key_parameter();        ///< header Idempotency-Key
parameter operator_parameter();   ///< header Saga-Operador
parameter last_event_parameter(); ///< header Last-Event-ID
parameter wait_parameter();       ///< esperar
parameter dry_run_parameter();    ///< simular

/// The problems that every read, and every write, may answer with.
std::vector<problem_type> read_problems(std::vector<problem_type> more = {});
std::vector<problem_type> write_problems(std::vector<problem_type> more = {});

} // namespace sagas::http
