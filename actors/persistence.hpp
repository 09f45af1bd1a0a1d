// The persistence actor: where concurrency ends. It owns the store and commits, in one transaction,
// whatever has come in while the last commit ran; it never waits to fill a batch.
//
// Nothing is acknowledged before it is durable.
#pragma once

#include <memory>
#include <vector>

#include "actors/core.hpp"

namespace sagas::actors {

struct persistence_state {
  static inline const char* name = "persistence";

  engine_core* core = nullptr;
  std::unique_ptr<store> storage;
  /// The batch that is being committed, or that waits for the store to come back; and what it was
  /// made of, item by item.
  std::vector<changes> batch;
  std::vector<commit_request> origins;
  milliseconds delay{0}; ///< of the next attempt, while the store is unavailable
  bool waiting = false;  ///< for that attempt
};

/// The behaviour. `detached` unless the engine has no threads; `storage` moves into its state.
persistence_actor::behavior_type
persistence(persistence_actor::stateful_pointer<persistence_state> self, engine_core* core,
            const std::shared_ptr<std::unique_ptr<store>>& storage);

} // namespace sagas::actors
