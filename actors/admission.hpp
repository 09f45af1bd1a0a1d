// Whether a start may come in: counted with atomics and refused on the caller's own thread, before
// anything is sent to anybody. CAF's mailboxes have no bound; this is it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::actors {

/// Thread-safe.
class admission {
public:
  admission(std::uint32_t sagas_max, std::uint32_t commits_max, std::size_t writers)
    : sagas_max_(sagas_max), commits_max_(commits_max), why_down_(writers) {}

  /// Gives a place to a new saga, or says why not.
  std::optional<failure> admit();
  /// A saga that was stored takes a place, whether there is one or not.
  void enter() { ++sagas_; }
  void leave() { --sagas_; }
  bool full() const { return sagas_ >= sagas_max_; }
  std::uint64_t sagas() const { return sagas_; }

  /// Transitions that wait for their commit and its acknowledgement.
  void commit_asked() { ++commits_; }
  void commit_settled();
  std::uint64_t commits() const { return commits_; }
  /// Whether none waits any more, after `limit` at most.
  bool wait_settled(milliseconds limit);

  /// The unfinished sagas have all been loaded.
  void loaded() { loaded_ = true; }
  bool is_loaded() const { return loaded_; }
  void drain() { draining_ = true; }
  bool is_draining() const { return draining_; }
  /// Nothing is admitted while the store of any writer is away: they have one server, and whoever
  /// has not noticed yet soon will. An empty `why` brings it back.
  void store_down(std::size_t writer, const std::string& why);
  bool has_store(std::size_t writer) const;

  /// Why a start would be refused now, for people.
  std::optional<failure> refusal() const;

private:
  std::optional<failure> closed() const;
  std::optional<failure> without_store() const;

  const std::uint64_t sagas_max_;
  const std::uint64_t commits_max_;
  std::atomic<std::uint64_t> sagas_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<bool> loaded_{false};
  std::atomic<bool> draining_{false};
  std::atomic<bool> store_down_{false}; ///< of any writer
  mutable std::mutex guard_;
  std::condition_variable settled_;
  std::vector<std::string> why_down_; ///< by writer; empty: it has its store
};

} // namespace sagas::actors
