#include "app/schedule_board.hpp"

#include <algorithm>

namespace sagas {
namespace {

using http::schedule_state;

void add_runs(schedule_figures& to, const schedule_state& of) {
  to.started += of.started;
  to.missed += of.missed;
  to.failed += of.failed;
}

std::size_t& count_of(schedule_figures& in, schedule_state::kind how) {
  switch (how) {
  case schedule_state::kind::active: return in.active;
  case schedule_state::kind::paused: return in.paused;
  case schedule_state::kind::broken: break;
  }
  return in.broken;
}

} // namespace

void schedule_board::set(const std::string& name, const schedule_state& now) {
  const std::lock_guard lock{guard_};
  states_[name] = now;
}

void schedule_board::erase(const std::string& name) {
  const std::lock_guard lock{guard_};
  if (const auto found = states_.find(name); found != states_.end()) {
    add_runs(gone_, found->second);
    states_.erase(found);
  }
}

std::optional<schedule_state> schedule_board::find(const std::string& name) const {
  const std::lock_guard lock{guard_};
  const auto found = states_.find(name);
  return found == states_.end() ? std::nullopt : std::optional{found->second};
}

std::size_t schedule_board::size() const {
  const std::lock_guard lock{guard_};
  return states_.size();
}

schedule_figures schedule_board::figures(timestamp now) const {
  const std::lock_guard lock{guard_};
  schedule_figures all = gone_;
  for (const auto& [name, state] : states_) {
    add_runs(all, state);
    ++count_of(all, state.how);
    if (state.due && state.next)
      all.lag_s = std::max(all.lag_s, std::chrono::duration<double>(now - *state.next).count());
  }
  return all;
}

} // namespace sagas
