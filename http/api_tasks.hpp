// One thread that reads from the store for answers which came due on a thread of the engine: that
// thread must return at once, and a read may wait.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace sagas::http {

/// Thread-safe. Tasks run one by one, in order; they must not throw nor own what owns this.
class task_thread {
public:
  explicit task_thread(std::size_t queue_max);
  task_thread(const task_thread&) = delete;
  task_thread& operator=(const task_thread&) = delete;
  ~task_thread(); ///< finishes what is queued

  /// False when the queue is full or the thread is ending: `what` is not run.
  bool post(std::function<void()> what);

private:
  void run();

  const std::size_t queue_max_;
  std::mutex guard_; // guards the queue and ending_
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool ending_ = false;
  std::thread thread_;
};

} // namespace sagas::http
