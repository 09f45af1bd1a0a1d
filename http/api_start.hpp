// From what a caller sent to a start_request: shared by the routes that start one saga or many.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/api_endpoint.hpp"
#include "saga/json_reader.hpp"
#include "saga/orchestrator.hpp"

namespace sagas::http {

inline constexpr const char* campaign_saga = "lanzar_campania_completa";
inline constexpr const char* start_route = "POST /api/v1/sagas";
inline constexpr const char* campaign_route = "POST /api/v1/comandos/lanzar-campania-completa";

/// What decides whether a start is good.
struct start_terms {
  const definition_registry& definitions;
  bool injection_allowed;
  timestamp now;
};
start_terms terms_of(const api& self);

/// Reads {"tipo","version"?,"campania_id"?,"usuario_id"?,"entrada","metadatos"?,"inyeccion"?}.
/// errc::invalid_input with every wrong field named.
result<start_request> read_start(const start_terms& with, const json_value& body);

/// Reads {"campania":{...},"usuario_id"?,"metadatos"?,"inyeccion"?}, or the campaign flat with
/// those three beside its own fields. A campaign without an id is given one.
result<start_request> read_campaign_start(const start_terms& with, const json_value& body);

/// The problem for a start that was refused; `keyed`: it came with an idempotency key.
problem start_problem(const failure& why, bool keyed);

} // namespace sagas::http
