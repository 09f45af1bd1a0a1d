// The way to a saga by its id, for those who have an answer for it: an answer may come long after
// the actor that asked has gone, and another has taken its place.
#pragma once

#include <array>
#include <mutex>
#include <unordered_map>

#include "actors/protocol.hpp"
#include "saga/call.hpp"

namespace sagas::actors {

/// Thread-safe. Holds handles: close it before the actor system goes.
class saga_directory {
public:
  /// Who gets what comes for a saga that is not in memory.
  void open(const coordinator_actor& fallback);
  void close();

  void enter(const saga_id& id, const saga_actor& who);
  /// Nothing more is sent to its actor; what was, is in its mailbox.
  void leave(const saga_id& id);

  /// Says to a saga what became of one of its calls.
  void tell(const saga_id& to, const call_request& about, outcome what);

private:
  struct shard {
    std::mutex guard;
    std::unordered_map<saga_id, saga_actor> sagas;
    coordinator_actor fallback;
  };
  shard& shard_of(const saga_id& id) { return shards_[std::hash<saga_id>{}(id) % shards_.size()]; }

  std::array<shard, 16> shards_;
};

} // namespace sagas::actors
