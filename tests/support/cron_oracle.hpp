// When a cron expression runs, told the long way: minute by minute, looking at the clocks each
// time.
#pragma once

#include <vector>

#include "saga/cron.hpp"
#include "saga/time_zone.hpp"

namespace sagas::test {

inline wall_minute shown_at(const time_zone& zone, timestamp at) {
  const std::chrono::local_time<milliseconds> shown{at.time_since_epoch() + zone.at(at).offset};
  return std::chrono::floor<std::chrono::minutes>(shown);
}

/// The runs behind `after` up to `until`, both whole minutes.
inline std::vector<timestamp> runs_by_the_minute(const cron_expression& what, const time_zone& zone,
                                                 timestamp after, timestamp until) {
  using std::chrono::minutes;
  std::vector<timestamp> runs;
  wall_minute latest{wall_minute::min()}; // that the clocks have shown
  for (timestamp at = after - std::chrono::days{2}; at <= until; at += minutes{1}) {
    const wall_minute now = shown_at(zone, at);
    bool due = matches(what, now) && (what.periodic || now > latest);
    if (!what.periodic && latest != wall_minute::min())
      for (wall_minute passed = latest + minutes{1}; passed < now; passed += minutes{1})
        due = due || matches(what, passed);
    latest = std::max(latest, now);
    if (due && at > after)
      runs.push_back(at);
  }
  return runs;
}

} // namespace sagas::test
