#include "saga/schedule_runs.hpp"

#include <algorithm>

#include "saga/cron_runs.hpp"

namespace sagas {
namespace {

// How many of the first ones of `starts` the policy gives up.
std::size_t count_given_up(const schedule& of, const std::vector<timestamp>& starts,
                           timestamp now) {
  const auto on_time = std::lower_bound(starts.begin(), starts.end(), now - of.tolerance);
  const auto missed = static_cast<std::size_t>(on_time - starts.begin());
  switch (of.missed) {
  case missed_policy::skip: return missed;
  case missed_policy::one: return missed > 0 ? missed - 1 : 0;
  case missed_policy::all: return 0;
  }
  return 0;
}

} // namespace

due_runs runs_due(const schedule& of, timestamp handled, timestamp now) {
  due_runs found;
  found.handled = handled;
  if (of.paused)
    return found;
  run_search search{of.cron, *of.zone, handled};
  auto run = search.next();
  // Whoever sees twice the bound knows of the first half that it is too old.
  for (; run && *run <= now && found.starts.size() < 2 * due_runs_max; run = search.next())
    found.starts.push_back(*run);
  found.next = run;
  const std::size_t all = found.starts.size();
  const bool more = run && *run <= now;
  const std::size_t dropped = more ? due_runs_max
                                   : std::max(count_given_up(of, found.starts, now),
                                              all - std::min(all, due_runs_max));
  if (dropped > 0)
    found.handled = found.starts[dropped - 1];
  found.given_up = dropped;
  found.starts.erase(found.starts.begin(),
                     found.starts.begin() + static_cast<std::ptrdiff_t>(dropped));
  if (more) {
    found.next = found.starts.front();
    found.starts.clear();
  }
  return found;
}

} // namespace sagas
