// What a schedule owes: which runs are to be started now, and which are given up.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "saga/schedule.hpp"

namespace sagas {

/// Of what is due, at most the newest so many are started, whatever the policy: a schedule of each
/// minute that comes back after a year must not start half a million sagas.
inline constexpr std::size_t due_runs_max = 1'000;

struct due_runs {
  timestamp handled;             ///< all up to here is done with; in front of `starts`
  std::uint64_t given_up = 0;    ///< missed ones that are dropped, by the policy or by the bound
  std::vector<timestamp> starts; ///< in their order
  std::optional<timestamp> next; ///< when to look again; none: never
};

/// Takes a bounded time: with very much to give up, `next` is due already.
/// @param handled the last instant that is done with
due_runs runs_due(const schedule& of, timestamp handled, timestamp now);

} // namespace sagas
