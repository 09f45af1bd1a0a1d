#include "saga/cron.hpp"

namespace sagas {
namespace {

using namespace std::chrono;

// The first minute of a day that matches, from `from` on; in minutes behind midnight.
std::optional<minutes> first_of_day(const cron_expression& what, minutes from) {
  auto hour = static_cast<std::size_t>(from / hours{1});
  auto minute = static_cast<std::size_t>((from % hours{1}).count());
  for (; hour < what.hours.size(); ++hour, minute = 0)
    if (what.hours[hour])
      for (; minute < what.minutes.size(); ++minute)
        if (what.minutes[minute])
          return hours{hour} + minutes{minute};
  return std::nullopt;
}

} // namespace

bool matches(const cron_expression& what, local_days day) {
  const year_month_day date{day};
  const bool by_day = what.days[static_cast<unsigned>(date.day())];
  const bool by_weekday = what.weekdays[weekday{day}.c_encoding()];
  return what.months[static_cast<unsigned>(date.month())]
         && (what.either_day ? by_day || by_weekday : by_day && by_weekday);
}

bool matches(const cron_expression& what, wall_minute at) {
  const auto day = floor<days>(at);
  const hh_mm_ss clock{at - day};
  return matches(what, day) && what.hours[static_cast<std::size_t>(clock.hours().count())]
         && what.minutes[static_cast<std::size_t>(clock.minutes().count())];
}

std::optional<wall_minute> first_match(const cron_expression& what, wall_minute from,
                                       wall_minute until) {
  minutes begin = from - floor<days>(from);
  for (local_days day = floor<days>(from); day < until; day += days{1}, begin = minutes{0}) {
    const year_month_day date{day};
    if (!what.months[static_cast<unsigned>(date.month())]) {
      day = local_days{date.year() / date.month() / last};
      continue;
    }
    if (!matches(what, day))
      continue;
    if (const auto found = first_of_day(what, begin))
      return day + *found < until ? std::optional<wall_minute>{day + *found} : std::nullopt;
  }
  return std::nullopt;
}

} // namespace sagas
