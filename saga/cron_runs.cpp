#include "saga/cron_runs.hpp"

#include <algorithm>

namespace sagas {
namespace {

using namespace std::chrono;

constexpr years sight{50};
constexpr milliseconds instant{1}; // the least that times differ by

// The first whole minute that the clocks show at `at` or later.
wall_minute shown(timestamp at, const zone_span& in) {
  return ceil<minutes>(local_time<milliseconds>{at.time_since_epoch() + in.offset});
}

} // namespace

run_search::run_search(const cron_expression& what, const time_zone& zone, timestamp after)
  : what_(what), zone_(zone), horizon_(after + sight), last_(after),
    span_(zone.at(after + instant)) {
  if (span_.from == timestamp::min())
    return;
  const zone_span own = span_;
  span_ = zone.at(own.from - instant);
  enter(own);
}

void run_search::enter(const zone_span& next) {
  const wall_minute ended = shown(next.from, span_);
  const wall_minute begun = shown(next.from, next);
  owes_gap_ = !what_.periodic && begun > ended && first_match(what_, ended, begun);
  not_before_ = what_.periodic ? begun : ended;
  span_ = next;
}

std::optional<timestamp> run_search::next_in_span() const {
  if (owes_gap_ && span_.from > last_)
    return span_.from;
  const timestamp begin = std::max(last_ + instant, span_.from);
  const timestamp end = std::min(span_.until, horizon_);
  const auto found = first_match(what_, std::max(shown(begin, span_), not_before_),
                                 shown(end, span_));
  if (!found)
    return std::nullopt;
  return timestamp{milliseconds{found->time_since_epoch()} - span_.offset};
}

std::optional<timestamp> run_search::next() {
  for (;;) {
    if (const auto found = next_in_span()) {
      last_ = *found;
      return found;
    }
    if (span_.until >= horizon_)
      return std::nullopt;
    enter(zone_.at(span_.until));
  }
}

std::optional<timestamp> next_run(const cron_expression& what, const time_zone& zone,
                                  timestamp after) {
  return run_search{what, zone, after}.next();
}

} // namespace sagas
