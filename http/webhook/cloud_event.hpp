// An event of the feed as a CloudEvent 1.0 in structured mode (cloudevents.io).
#pragma once

#include <string>

#include "http/redaction.hpp"
#include "saga/feed.hpp"

namespace sagas::http {

inline constexpr const char* cloud_event_type = "application/cloudevents+json";

/// id "12-3", type "sagas.saga" or "sagas.paso", subject: the saga, the extension `sequence`, and
/// as data what the live events say. The same event gives the same text. Pure.
/// @param source a URI reference: id and source together are unique
std::string cloud_event(const std::string& source, const feed_position& at, const feed_event& what,
                        const redaction& hides);

} // namespace sagas::http
