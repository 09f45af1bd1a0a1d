#include "actors/directory.hpp"

#include <utility>

#include <caf/send.hpp>

namespace sagas::actors {

void saga_directory::open(const coordinator_actor& fallback) {
  for (shard& each : shards_) {
    const std::lock_guard lock{each.guard};
    each.fallback = fallback;
  }
}

void saga_directory::close() {
  for (shard& each : shards_) {
    std::unordered_map<saga_id, saga_actor> dropped; // outside of the lock: an actor may go with it
    const std::lock_guard lock{each.guard};
    dropped.swap(each.sagas);
    each.fallback = nullptr;
  }
}

void saga_directory::enter(const saga_id& id, const saga_actor& who) {
  shard& in = shard_of(id);
  const std::lock_guard lock{in.guard};
  in.sagas[id] = who;
}

void saga_directory::leave(const saga_id& id) {
  shard& in = shard_of(id);
  const std::lock_guard lock{in.guard};
  in.sagas.erase(id);
}

// Sent under the lock, so that leave() draws a line between what its actor gets and what it does
// not.
void saga_directory::tell(const saga_id& to, const call_request& about, outcome what) {
  answered told{about.step, about.op, about.attempt, std::move(what)};
  shard& in = shard_of(to);
  const std::lock_guard lock{in.guard};
  if (const auto found = in.sagas.find(to); found != in.sagas.end())
    caf::anon_send(found->second, std::move(told));
  else
    caf::anon_send(in.fallback, astray{to, std::move(told)});
}

} // namespace sagas::actors
