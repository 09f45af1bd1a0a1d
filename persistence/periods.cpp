#include "persistence/periods.hpp"

#include <algorithm>

#include "persistence/columns.hpp"

namespace sagas::periods {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::size_t day_size = 10;
constexpr std::size_t hour_size = 13;
constexpr const char* before_all_days = "D";
constexpr const char* behind_all_days = "E";

} // namespace

std::string hour_of(timestamp at) { return to_datetime(at).substr(0, hour_size); }

std::string day_of(timestamp at) { return "D" + to_datetime(at).substr(0, day_size); }

std::array<std::string, 3> of(timestamp at) { return {hour_of(at), day_of(at), all_time}; }

std::vector<range> between(std::optional<timestamp> since, std::optional<timestamp> until) {
  if (!since && !until)
    return {{all_time, std::string{all_time} + '!'}}; // MySQL: a text's end counts as spaces
  std::optional<timestamp> first_day, behind_day, behind_hour;
  if (since)
    first_day = std::chrono::ceil<days>(*since);
  if (until) {
    behind_hour = std::chrono::ceil<hours>(*until);
    behind_day = std::chrono::floor<days>(*behind_hour);
  }
  if (since && until && *first_day >= *behind_day) // no whole day in it
    first_day = behind_day = behind_hour;

  std::vector<range> made;
  const auto add = [&made](std::string first, std::string behind) {
    if (first < behind)
      made.push_back({std::move(first), std::move(behind)});
  };
  if (since)
    add(hour_of(*since), hour_of(*first_day));
  add(first_day ? day_of(*first_day) : before_all_days,
      behind_day ? day_of(*behind_day) : behind_all_days);
  if (until)
    add(hour_of(*behind_day), hour_of(*behind_hour));
  return made;
}

} // namespace sagas::periods
