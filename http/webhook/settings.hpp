// A subscription to events: where they go, which, and how; read from JSON that an operator writes.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "http/participant/settings.hpp"
#include "http/webhook/alert.hpp"
#include "http/webhook/retry.hpp"
#include "saga/feed.hpp"

namespace sagas::http {

struct subscription {
  std::string url;
  std::vector<std::string> headers; ///< "Name: value", secrets in place
  std::string signing_secret;       ///< empty: not signed
  lane_terms lane;
  std::set<std::string> types;    ///< of sagas; empty: all
  std::set<std::string> statuses; ///< of sagas and steps; empty: all
  bool sagas = true;              ///< events of sagas as a whole
  bool steps = true;              ///< events of their steps
  bool active = true;
  std::uint32_t concurrency = 32; ///< sagas whose events are under way at once
  milliseconds timeout{10'000};   ///< of one attempt, as a whole
  delivery_terms terms;

  alert_terms alerts;

  bool wants(const feed_event& what) const;
  bool wants_events() const { return sagas || steps; } ///< of the feed at all
};

/// Reads one; every fault is named with its place, none tells a secret. What holds for participants
/// that are registered while the server runs holds for it: secrets and targets. See docs/events.md.
result<subscription> read_subscription(const std::string& name, const json_value& from,
                                       const web_participant_terms& terms);

/// One attempt to deliver an event to it.
/// @param id of the event; signed with the text
web_request delivery_request(const subscription& to, const std::string& id, std::string text,
                             timestamp now);

} // namespace sagas::http
