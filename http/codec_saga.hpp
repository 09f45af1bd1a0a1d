// Sagas on the wire (contract section 3, "A saga as JSON").
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/redaction.hpp"
#include "saga/definition.hpp"
#include "saga/orchestrator.hpp"
#include "saga/queries.hpp"

namespace sagas::http {

inline constexpr std::string_view api_prefix = "/api/v1";

std::string saga_path(const saga_id& id);

void write_saga(payload_writer& json, const saga_view& what);

/// The sagas that one has begun, and the one that undoes it.
struct saga_links {
  std::optional<saga_id> undone_by;
  std::map<std::string, saga_id, std::less<>> children; ///< by step
};

/// The same with `pasos`: each step's summary. `plan` may be null when it is not known here; then
/// only steps that were sent are listed.
void write_saga_with_steps(payload_writer& json, const saga_view& what,
                           const std::vector<step_view>& steps, const definition* plan,
                           const saga_links& links);

/// {pasos_totales, pasos_completados, porcentaje}
void write_progress(json_writer& json, const saga_view& what);

/// {saga_id, estado, finalizada}
std::string status_body(const saga_id& id, saga_status status);

/// The answer to a start; the campaign may be empty.
void write_started(json_writer& json, const saga_id& id, saga_status status,
                   std::string_view campaign_id);

} // namespace sagas::http
