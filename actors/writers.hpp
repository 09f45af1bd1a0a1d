// The writers of one engine: which saga is whose, and what waits for each.
//
// A saga's transitions, loads and look-ups all go through one writer, so that what is loaded holds
// what was committed, and what is told about it comes in the order in which it happened.
#pragma once

#include <cstddef>
#include <deque>

#include "actors/work_queue.hpp"
#include "saga/store.hpp"

namespace sagas::actors {

/// A transition on its way to the store.
struct commit_request {
  changes what;
  saga_actor from;
  /// Somebody waits for it and nothing is lost without it: given back while there is no store.
  bool withdrawable = false;
};

/// Thread-safe. Close it before the actor system goes.
class writer_queues {
public:
  using queue = work_queue<commit_request>;

  /// @param commits_max of each
  writer_queues(std::size_t count, std::size_t commits_max) {
    for (std::size_t i = 0; i < count; ++i)
      queues_.emplace_back(commits_max);
  }

  std::size_t count() const { return queues_.size(); }
  /// The number of a saga's writer, from 0. By the low half of its id, which is random.
  std::size_t number_of(const saga_id& id) const {
    std::size_t low = 0;
    for (std::size_t i = 8; i < id.bytes.size(); ++i)
      low = low << 8 | id.bytes[i];
    return low % count();
  }
  queue& operator[](std::size_t number) { return queues_[number]; }
  queue& of(const saga_id& id) { return queues_[number_of(id)]; }

  void close() {
    for (queue& each : queues_)
      each.close();
  }

private:
  std::deque<queue> queues_; // a queue can't be moved
};

} // namespace sagas::actors
