// The `periodo` of the statistics: an hour, a day or all time; and which of them make up a range.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "saga/time.hpp"

namespace sagas::periods {

/// Of all time. Sorts behind the days, which sort behind the hours.
inline constexpr const char* all_time = "TOTAL";

std::string hour_of(timestamp at); ///< "2026-11-25 09"
std::string day_of(timestamp at);  ///< "D2026-11-25"

/// What a count of that moment belongs to: its hour, its day, and all time.
std::array<std::string, 3> of(timestamp at);

/// Periods [first, behind), as text.
struct range {
  std::string first;
  std::string behind;
};

/// The fewest periods that make up [since, until), widened to whole hours: days, with hours at both
/// ends. At most three ranges; none when it is empty.
std::vector<range> between(std::optional<timestamp> since, std::optional<timestamp> until);

} // namespace sagas::periods
