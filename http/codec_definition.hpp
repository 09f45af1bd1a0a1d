// Definitions, nodes and participants on the wire.
#pragma once

#include "http/json_writer.hpp"
#include "saga/definition.hpp"
#include "saga/orchestrator.hpp"

namespace sagas::http {

/// A definition in a list; `newest`: starts without a version get this one.
void write_definition_summary(json_writer& json, const definition& what, bool newest);

void write_node(json_writer& json, const node_info& what);
/// `registered`: JSON, how it is called; none: left out.
void write_participant(json_writer& json, const participant_info& what,
                       std::string_view registered = {});

} // namespace sagas::http
