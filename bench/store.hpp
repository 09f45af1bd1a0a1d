// A store on a file, and what its commits cost, seen from outside of it.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "app/load/histogram.hpp"
#include "persistence/sqlite_store.hpp"
#include "saga/store.hpp"

namespace sagas::bench {

/// Thread-safe.
class commit_log {
public:
  struct content {
    load::histogram times;
    std::uint64_t transitions = 0;
    std::chrono::duration<double> spent{0};

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

std::unique_ptr<store> open_store(const std::filesystem::path& file,
                                  sqlite_synchronous how = sqlite_synchronous::full);
/// The same, with each commit that succeeds noted in `log`, which must outlive it.
std::unique_ptr<store> open_timed_store(const std::filesystem::path& file, commit_log& log);

/// Commits a batch of which each transition must become durable.
void commit_all(store& to, std::span<const changes> batch, timestamp now);

} // namespace sagas::bench
