#include "http/server/worker_pool.hpp"

#include <algorithm>
#include <utility>

#include "http/server/live_exchange.hpp"

namespace sagas::http {

worker_pool::worker_pool(std::size_t threads, std::size_t queue_max,
                         std::function<void(live_exchange&)> run)
  : queue_max_(queue_max), run_(std::move(run)) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this] { work(); });
}

worker_pool::~worker_pool() {
  std::deque<job> dropped;
  {
    const std::lock_guard lock{guard_};
    stopping_ = true;
    dropped.swap(queue_);
  }
  wake_.notify_all();
  for (std::thread& one : threads_)
    one.join();
}

std::vector<worker_pool::job> worker_pool::post(std::vector<job>& jobs) {
  std::vector<job> refused;
  std::size_t wanted = 0;
  {
    const std::lock_guard lock{guard_};
    const auto room = queue_max_ - std::min(queue_max_, queue_.size());
    const auto fits = static_cast<std::ptrdiff_t>(std::min(room, jobs.size()));
    refused.assign(std::make_move_iterator(jobs.begin() + fits),
                   std::make_move_iterator(jobs.end()));
    queue_.insert(queue_.end(), std::make_move_iterator(jobs.begin()),
                  std::make_move_iterator(jobs.begin() + fits));
    wanted = std::min(queue_.size(), idle_);
  }
  jobs.clear();
  for (; wanted != 0; --wanted)
    wake_.notify_one();
  return refused;
}

void worker_pool::work() {
  std::unique_lock lock{guard_};
  while (!stopping_) {
    if (queue_.empty()) {
      ++idle_;
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      --idle_;
      continue;
    }
    job next = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    run_(*next);
    next.reset(); // what it holds goes while nobody waits for the lock
    lock.lock();
  }
}

} // namespace sagas::http
