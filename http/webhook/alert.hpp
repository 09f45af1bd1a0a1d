// When a subscriber is told of the queue of what waits for a person. Pure: time comes in.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "saga/attention.hpp"
#include "saga/feed.hpp"

namespace sagas::http {

struct alert_terms {
  bool wanted = false;
  std::uint64_t count = 0;     ///< a threshold: so many steps wait; 0: none
  milliseconds age{0};         ///< a threshold: the oldest has waited for so long; 0: none
  milliseconds every{900'000}; ///< no alert of a kind sooner after the last one of it
};

/// What waits, as far as a subscriber is concerned.
struct waiting_steps {
  std::uint64_t count = 0;
  timestamp oldest = timestamp::max(); ///< unless there are none
  bool whole = true;                   ///< false: there is more than was counted
  std::vector<const cause_group*> causes = {};
};
/// @param types of sagas; empty: all
waiting_steps waiting_of(const attention_summary& parked, const std::set<std::string>& types);

enum class attention_alert : std::uint8_t {
  first,     ///< something waits, and nothing did
  threshold, ///< too much waits, or for too long
  clear,     ///< nothing waits any more
};

/// What a subscriber has been told, for which the store answers.
struct alert_memory {
  bool open = false;                                   ///< that something waits
  std::optional<timestamp> first = {}, threshold = {}; ///< when, last
  feed_position last = {};                             ///< of the last alert
};
std::string to_json(const alert_memory& what);
alert_memory read_alert_memory(std::string_view json); ///< of nothing, when it can't be read

/// What is to be told now, if anything. An alert that comes too soon after the last one of its kind
/// is told later, if there is still reason to.
std::optional<attention_alert> decide(const alert_terms& terms, const waiting_steps& waiting,
                                      const alert_memory& told, timestamp now);
/// What it has been told then. The position is a new one, and of no event of the feed.
alert_memory after(alert_memory told, attention_alert what, timestamp now);

/// The CloudEvent, "sagas.atencion.primera", ".umbral" or ".despejada", of what was decided.
/// @param at its position
std::string alert_event(const std::string& source, const feed_position& at, attention_alert what,
                        const alert_terms& terms, const waiting_steps& waiting, timestamp now);

} // namespace sagas::http
