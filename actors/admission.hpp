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

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::actors {

/// Thread-safe.
class admission {
public:
  admission(std::uint32_t sagas_max, std::uint32_t commits_max)
    : sagas_max_(sagas_max), commits_max_(commits_max) {}

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
  /// Without a store nothing is admitted; an empty `why` brings it back.
  void store_down(const std::string& why);
  bool has_store() const { return !store_down_; }

  /// Why a start would be refused now, for people.
  std::optional<failure> refusal() const;

private:
  std::optional<failure> closed() const;

  const std::uint64_t sagas_max_;
  const std::uint64_t commits_max_;
  std::atomic<std::uint64_t> sagas_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<bool> loaded_{false};
  std::atomic<bool> draining_{false};
  std::atomic<bool> store_down_{false};
  mutable std::mutex guard_;
  std::condition_variable settled_;
  std::string why_down_;
};

} // namespace sagas::actors
