// When a cron expression runs in a time zone: instants.
//
// Where clocks are put forward or back, runs come as people expect who wrote the expression. A set
// time (`30 2 * * *`) comes once a day: one in the gap right behind it, one that the clocks show
// twice the first time. What comes every so often (`*/15 * * * *`, `0 */2 * * *`) follows what
// passes: again in the hour that comes twice, and not for times that no clock shows.
#pragma once

#include <optional>

#include "saga/cron.hpp"
#include "saga/time_zone.hpp"

namespace sagas {

/// Runs in their order. Looks 50 years ahead: a 29 February of a set weekday may be 40 years away.
class run_search {
public:
  /// @param after the first run is behind it. Both references must outlive the search.
  run_search(const cron_expression& what, const time_zone& zone, timestamp after);

  /// The next one, each later than the last; none when there is none in sight.
  std::optional<timestamp> next();

private:
  void enter(const zone_span& next);
  std::optional<timestamp> next_in_span() const;

  const cron_expression& what_;
  const time_zone& zone_;
  const timestamp horizon_;
  timestamp last_;
  zone_span span_;
  bool owes_gap_ = false;                      // a set time was in the gap in front of the span
  wall_minute not_before_{wall_minute::min()}; // what was shown already does not count again
};

/// The first run behind `after`.
std::optional<timestamp> next_run(const cron_expression& what, const time_zone& zone,
                                  timestamp after);

} // namespace sagas
