// The persistence actor: where concurrency ends. It owns a store and commits, in one transaction,
// whatever has come in for it while the last commit ran; it never waits to fill a batch. There is
// one for each writer; the first also pages through the unfinished sagas, and removes old ones, of
// all.
//
// Nothing is acknowledged before it is durable.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/core.hpp"

namespace sagas::actors {

struct persistence_state {
  static inline const char* name = "persistence";

  engine_core* core = nullptr;
  std::size_t number = 0; ///< of the writer
  std::unique_ptr<store> storage;
  /// The batch that is being committed, or that waits for the store to come back; and what it was
  /// made of, item by item.
  std::vector<changes> batch;
  std::vector<commit_request> origins;
  milliseconds delay{0}; ///< of the next attempt, while the store is unavailable
  bool waiting = false;  ///< for that attempt

  writer_queues::queue& queue() { return core->commits[number]; }
  std::string label() const { return std::to_string(number + 1); } ///< for people
  bool has_store() const { return core->gate.has_store(number); }
  /// An empty `why`: it is back.
  void store_down(const std::string& why) {
    core->gate.store_down(number, why);
    core->figures.store_available(number, why.empty());
  }
};

/// The behaviour. `detached` unless the engine has no threads; `storage` moves into its state.
persistence_actor::behavior_type
persistence(persistence_actor::stateful_pointer<persistence_state> self, engine_core* core,
            std::size_t number, const std::shared_ptr<std::unique_ptr<store>>& storage);

} // namespace sagas::actors
