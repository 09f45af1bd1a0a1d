#include "http/api_tasks.hpp"

#include <utility>

namespace sagas::http {

task_thread::task_thread(std::size_t queue_max)
  : queue_max_(queue_max), thread_([this] { run(); }) {}

task_thread::~task_thread() {
  {
    const std::lock_guard lock{guard_};
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool task_thread::post(std::function<void()> what) {
  {
    const std::lock_guard lock{guard_};
    if (ending_ || queue_.size() >= queue_max_)
      return false;
    queue_.push_back(std::move(what));
  }
  wake_.notify_one();
  return true;
}

void task_thread::run() {
  std::unique_lock lock{guard_};
  while (true) {
    wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty())
      return;
    auto task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    task = nullptr; // what it holds goes while nobody waits for the lock
    lock.lock();
  }
}

} // namespace sagas::http
