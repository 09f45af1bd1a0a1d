// Schedules on the wire.
#pragma once

#include "http/redaction.hpp"
#include "http/schedule_desk.hpp"

namespace sagas::http {

/// As it was set up, and how it fares.
/// @param state null: nothing is known of how it fares, as just after it was put
void write_schedule(json_writer& json, const kept_document& what, const schedule_state* state,
                    const redaction& hides);

} // namespace sagas::http
