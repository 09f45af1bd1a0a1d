// Feed events on the wire: live as server-sent events, and in what is sent to subscribers.
#pragma once

#include <string>

#include "saga/feed.hpp"

namespace sagas::http {

/// The change as a JSON object, the same wherever an event is told.
void append_change(std::string& out, const feed_event& what);

/// "id: <position>", "event: saga" or "event: paso", and the change as JSON in "data:".
void append_sse(std::string& out, const feed_position& at, const feed_event& what);

/// The last event of a stream that is about one saga: "event: fin" with its final estado.
void append_sse_end(std::string& out, const feed_position& at, const saga_id& saga,
                    std::string_view status);

} // namespace sagas::http
