// What commits cost, seen from outside of the stores.
#pragma once

#include <memory>
#include <mutex>

#include "app/load/histogram.hpp"
#include "saga/store.hpp"

namespace sagas::bench {

/// Thread-safe.
class commit_log {
public:
  struct content {
    load::histogram times;
    std::uint64_t transitions = 0;
    std::chrono::duration<double> spent{0};

    void add(const content& more);
    double mean_batch() const {
      return times.count() ? static_cast<double>(transitions) / static_cast<double>(times.count())
                           : 0;
    }
  };

  void add(std::size_t transitions, std::chrono::steady_clock::duration took);
  /// All since the last take().
  content take();

private:
  std::mutex guard_;
  content content_;
};

/// The same store, with each commit that succeeds noted in `log`, which must outlive it.
std::unique_ptr<store> timed(std::unique_ptr<store> inner, commit_log& log);
store_list timed(store_list inner, commit_log& log);

/// Commits a batch of which each transition must become durable.
void commit_all(store& to, std::span<const changes> batch, timestamp now);

} // namespace sagas::bench
