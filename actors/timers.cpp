#include "actors/timers.hpp"

#include <utility>
#include <vector>

namespace sagas::actors {
namespace {

// Without a timer there is nothing to look for; arming the first one ends this wait.
constexpr milliseconds idle_wait{1'000};

} // namespace

void timers::run(milliseconds tick) {
  thread_ = std::thread{[this, tick] { loop(tick); }};
}

timers::key timers::arm(timestamp at, std::function<void()> what) {
  const std::lock_guard lock{guard_};
  const key made{at, ++serial_};
  if (closed_)
    return made;
  if (armed_.empty())
    changed_.notify_one();
  armed_.emplace(made, std::move(what));
  return made;
}

void timers::cancel(const key& which) {
  std::function<void()> dropped; // destroyed outside of the lock: it may hold the last handle
  const std::lock_guard lock{guard_};
  if (const auto it = armed_.find(which); it != armed_.end()) {
    dropped = std::move(it->second);
    armed_.erase(it);
  }
}

std::optional<timestamp> timers::fire() {
  const timestamp now = clock_();
  std::vector<std::function<void()>> due;
  std::optional<timestamp> next;
  {
    const std::lock_guard lock{guard_};
    while (!armed_.empty() && armed_.begin()->first.at <= now) {
      due.push_back(std::move(armed_.begin()->second));
      armed_.erase(armed_.begin());
    }
    if (!armed_.empty())
      next = armed_.begin()->first.at;
  }
  for (const auto& what : due)
    what();
  return next;
}

void timers::close() {
  std::map<key, std::function<void()>> dropped;
  {
    const std::lock_guard lock{guard_};
    closed_ = true;
    dropped.swap(armed_);
    changed_.notify_one();
  }
  if (thread_.joinable())
    thread_.join();
}

void timers::loop(milliseconds tick) {
  std::unique_lock lock{guard_};
  while (!closed_) {
    changed_.wait_for(lock, armed_.empty() ? idle_wait : tick);
    lock.unlock();
    fire();
    lock.lock();
  }
}

} // namespace sagas::actors
