// What waits for an operator, and what a decision would do, on the wire.
#pragma once

#include <string>

#include "http/decision_jobs.hpp"
#include "http/redaction.hpp"
#include "saga/attention.hpp"
#include "saga/definition.hpp"
#include "saga/preview.hpp"

namespace sagas::http {

/// A parked saga: where it stands, since when, and what can be decided. `plan` may be null when it
/// is not known here; then the decisions are not told.
void write_parked(payload_writer& json, const parked_view& what, const definition* plan,
                  timestamp now);
/// A cause, as in the summary.
void write_cause(json_writer& json, const cause_group& what, timestamp now);
std::string summary_body(const attention_summary& what);
std::string progress_body(const bulk_progress& what, std::size_t from);

/// What a command would do.
std::string preview_body(const definition& plan, const preview& what, const redaction& hides);

} // namespace sagas::http
