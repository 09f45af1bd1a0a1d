// Attempts of steps, and the history of a saga, on the wire.
#pragma once

#include <string>
#include <vector>

#include "http/redaction.hpp"
#include "saga/feed.hpp"
#include "saga/queries.hpp"

namespace sagas::http {

/// Every attempt and compensation, as an array in order of execution.
void write_steps(payload_writer& json, const std::vector<step_view>& steps);

/// What happened to a saga, in the order of time, each entry a JSON object with `timestamp` and
/// `evento`: from the saga itself, from its attempts and from what operators decided.
std::vector<std::string> history_entries(const saga_header& saga,
                                         const std::vector<step_view>& steps,
                                         const std::vector<history_row>& notes);

} // namespace sagas::http
