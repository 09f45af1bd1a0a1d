#include "app/deadline_watch.hpp"

#include <utility>

namespace sagas {

deadline_watch::deadline_watch(std::function<void()> on_passed)
  : on_passed_(std::move(on_passed)), thread_([this] { run(); }) {}

deadline_watch::~deadline_watch() {
  {
    const std::lock_guard lock{guard_};
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void deadline_watch::arm(clock::time_point deadline) {
  bool early = false;
  {
    const std::lock_guard lock{guard_};
    deadline_ = deadline;
    passed_ = false;
    early = deadline < sleeps_until_;
  }
  if (early)
    wake_.notify_one();
}

bool deadline_watch::disarm() {
  const std::lock_guard lock{guard_};
  deadline_.reset();
  return std::exchange(passed_, false);
}

void deadline_watch::run() {
  std::unique_lock lock{guard_};
  while (!stopping_) {
    if (deadline_ && *deadline_ <= clock::now()) {
      deadline_.reset();
      passed_ = true;
      on_passed_(); // under the lock, so that disarm() waits for it
      continue;
    }
    // Not armed: any later deadline must wake it, except those behind the last one it slept for.
    if (deadline_) {
      sleeps_until_ = *deadline_;
      wake_.wait_until(lock, sleeps_until_);
    } else {
      sleeps_until_ = clock::time_point::max();
      wake_.wait(lock);
    }
  }
}

} // namespace sagas
