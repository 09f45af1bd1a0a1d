#include "app/task_inbox.hpp"

#include <utility>

namespace sagas {

void task_inbox::post(task what) {
  const std::lock_guard lock{guard_};
  if (closed_)
    return;
  has_.tasks.push_back(std::move(what));
  wake_.notify_one();
}

void task_inbox::ring() {
  const std::lock_guard lock{guard_};
  if (!std::exchange(has_.news, true))
    wake_.notify_one();
}

void task_inbox::close() {
  std::vector<task> dropped; // what they hold may post as it goes
  const std::lock_guard lock{guard_};
  closed_ = true;
  dropped.swap(has_.tasks);
}

task_inbox::found task_inbox::wait(std::optional<std::chrono::steady_clock::time_point> until) {
  std::unique_lock lock{guard_};
  const auto ready = [this] { return has_.news || !has_.tasks.empty(); };
  if (until)
    wake_.wait_until(lock, *until, ready);
  else
    wake_.wait(lock, ready);
  return std::exchange(has_, {});
}

} // namespace sagas
