// The threads that run routes, and the bounded queue before them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sagas::http {

class live_exchange;

/// Thread-safe.
class worker_pool {
public:
  using job = std::shared_ptr<live_exchange>;

  worker_pool(std::size_t threads, std::size_t queue_max, std::function<void(live_exchange&)> run);
  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;
  ~worker_pool(); ///< waits for the jobs that run; drops those that wait

  /// Empties `jobs` into the queue; returns those for which there was no room.
  std::vector<job> post(std::vector<job>& jobs);

private:
  void work();

  const std::size_t queue_max_;
  const std::function<void(live_exchange&)> run_;
  std::mutex guard_; // guards all down to stopping_
  std::condition_variable wake_;
  std::deque<job> queue_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

} // namespace sagas::http
