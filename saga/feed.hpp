// State changes as those who watch see them, in the order of their commits.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "saga/ids.hpp"
#include "saga/status.hpp"
#include "saga/time.hpp"

namespace sagas {

/// Where an event stands: the batch that committed it and its place in it. Stable for ever, so a
/// reader who remembers the last one misses none, across restarts too. Text: "12-3".
struct feed_position {
  std::uint64_t batch = 0;
  std::uint32_t index = 0;
  auto operator<=>(const feed_position&) const = default;
};
std::string to_text(const feed_position& at);
std::optional<feed_position> parse_feed_position(std::string_view text);

/// One state change: of the saga when `step` is empty, else of one attempt of a step.
struct feed_event {
  saga_id saga;
  std::string type; ///< tipo of the saga
  timestamp at{};
  std::string status; ///< estado of the saga, or of the step's row
  std::string step;   ///< paso; empty: the saga itself
  operation op = operation::action;
  std::uint32_t attempt = 0;
};

/// The events of one commit; event i has the position {batch, i}.
struct feed_batch {
  std::uint64_t batch = 0;
  std::vector<feed_event> events;
};

/// The events that one committed transition tells: one for a change of the saga's status, one for
/// each step row. The only place where it is decided.
struct changes;
void append_events(const changes& what, std::vector<feed_event>& to);

/// Where the persistence actor puts what it has committed. Thread-safe; must return at once.
class feed_sink {
public:
  virtual ~feed_sink() = default;
  virtual void publish(std::shared_ptr<const feed_batch> batch) = 0;
};

} // namespace sagas
