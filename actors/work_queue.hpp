// Work for an actor that takes it in rounds: pushed from any thread, bounded, and the actor is only
// woken when it rests. One message a round instead of one an item: waking a thread is dear.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/send.hpp>

#include "actors/protocol.hpp"

namespace sagas::actors {

/// What became of a push.
enum class pushed : std::uint8_t {
  refused, ///< full or at its end; the item is as it was
  woke,    ///< a worker that rested was woken for it
  waits,   ///< for a worker that is busy
};

/// Thread-safe. Holds handles of its workers while they rest: close it before the actor system
/// goes.
template <class T>
class work_queue {
public:
  explicit work_queue(std::size_t items_max) : items_max_(items_max) {}

  /// Takes `what`; leaves it as it is when it refuses.
  pushed push(T& what) {
    worker_actor woken;
    {
      const std::lock_guard lock{guard_};
      if (!open_ || items_.size() >= items_max_)
        return pushed::refused;
      items_.push_back(std::move(what));
      if (!resting_.empty()) {
        woken = std::move(resting_.back());
        resting_.pop_back();
      }
    }
    if (!woken)
      return pushed::waits;
    caf::anon_send(woken, poke{});
    return pushed::woke;
  }

  /// Moves up to `count` items, oldest first, behind those in `to`.
  void take(std::vector<T>& to, std::size_t count) {
    const std::lock_guard lock{guard_};
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(std::min(count, items_.size()));
    std::move(items_.begin(), end, std::back_inserter(to));
    items_.erase(items_.begin(), end);
  }

  /// Lays a worker down until something is pushed; false, when there is something already.
  bool rest(const worker_actor& who) {
    const std::lock_guard lock{guard_};
    if (!items_.empty())
      return false;
    if (open_ && std::find(resting_.begin(), resting_.end(), who) == resting_.end())
      resting_.push_back(who);
    return true;
  }

  std::size_t size() const {
    const std::lock_guard lock{guard_};
    return items_.size();
  }

  /// Takes nothing more. What waits is worked off; then its workers are let go.
  void finish() {
    std::vector<worker_actor> workers; // go outside of the lock
    const std::lock_guard lock{guard_};
    open_ = false;
    workers.swap(resting_);
  }

  /// The same, but drops what waits.
  void close() {
    finish();
    std::deque<T> dropped; // outside of the lock: what an item holds may push again when it goes
    const std::lock_guard lock{guard_};
    dropped.swap(items_);
  }

private:
  const std::size_t items_max_;
  mutable std::mutex guard_;
  std::deque<T> items_;
  std::vector<worker_actor> resting_;
  bool open_ = true;
};

} // namespace sagas::actors
