#include "http/server/time_limits.hpp"

#include <algorithm>

namespace sagas::http {

std::pair<time_limits::key, bool> time_limits::add(steady::time_point due,
                                                   std::weak_ptr<live_exchange> who) {
  const std::lock_guard lock{guard_};
  const key which{due, ++count_};
  due_.emplace(which, std::move(who));
  return {which, due < planned_};
}

void time_limits::remove(const key& which) {
  const std::lock_guard lock{guard_};
  due_.erase(which);
}

std::vector<std::shared_ptr<live_exchange>> time_limits::take_due(steady::time_point now) {
  std::vector<std::shared_ptr<live_exchange>> taken;
  const std::lock_guard lock{guard_};
  while (!due_.empty() && due_.begin()->first.first <= now) {
    if (auto who = due_.begin()->second.lock())
      taken.push_back(std::move(who));
    due_.erase(due_.begin());
  }
  return taken;
}

steady::time_point time_limits::plan(steady::time_point next_look) {
  const std::lock_guard lock{guard_};
  planned_ = due_.empty() ? next_look : std::min(next_look, due_.begin()->first.first);
  return planned_;
}

} // namespace sagas::http
