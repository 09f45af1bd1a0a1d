// Cron expressions: five fields that say at which minutes, by a clock on the wall, something runs.
// Only the calendar is here; what clocks do when they are put forward or back is in cron_runs.hpp.
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

#include "saga/result.hpp"

namespace sagas {

/// What a clock on the wall shows, to the minute.
using wall_minute = std::chrono::local_time<std::chrono::minutes>;

struct cron_expression {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;    ///< of the month; 1 is the first
  std::bitset<13> months;  ///< 1 is January
  std::bitset<7> weekdays; ///< 0 is Sunday
  /// A day that is restricted by both needs to match one of them only, as cron has always had it.
  bool either_day = false;
  /// Minute or hour begin with `*`: every so often, rather than at set times.
  bool periodic = false;

  friend bool operator==(const cron_expression&, const cron_expression&) = default;
};

/// Reads "minute hour day-of-month month weekday", with lists (1,15), ranges (9-17, MON-FRI), steps
/// (*/15, 9-17/2) and English names of months and weekdays, 7 being Sunday too; or @hourly, @daily,
/// @midnight, @weekly, @monthly, @yearly, @annually. As with Vixie's cron, a day field counts as
/// restricted unless it begins with `*`.
/// @returns errc::invalid_input, naming the field and the remedy; also for what no day ever matches
result<cron_expression> parse_cron(std::string_view text);

bool matches(const cron_expression& what, std::chrono::local_days day);
bool matches(const cron_expression& what, wall_minute at);

/// The first minute from `from` on, and before `until`, that matches. Takes time for each day of
/// a month that matches.
std::optional<wall_minute> first_match(const cron_expression& what, wall_minute from,
                                       wall_minute until);

} // namespace sagas
