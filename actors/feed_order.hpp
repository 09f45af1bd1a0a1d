// Brings the batches of several writers back into the order of their commits.
//
// A batch takes its number inside its transaction, so the numbers are in commit order; but writers
// hear of their commits on threads of their own, and a later one may be faster to tell. A batch
// waits here only for commits that may have taken a lower number: those that had begun before it
// came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "saga/feed.hpp"

namespace sagas::actors {

using feed_batch_ptr = std::shared_ptr<const feed_batch>;

/// The rule alone. Needs no first number, and takes gaps as they are: a commit whose outcome was
/// lost has a number that nobody hears of, and other processes take theirs from the same row.
class feed_order {
public:
  /// @param events_max how many events may wait; beyond, the lowest number goes and the gap is left
  feed_order(std::size_t writers, std::size_t events_max);

  void commit_begins(std::size_t writer);
  /// Its commit is over; with nothing to tell when `batch` is null. Returns, in order, what may be
  /// told now. A batch that comes behind a gap that was left is dropped: readers find it in the
  /// store.
  std::vector<feed_batch_ptr> commit_ends(std::size_t writer, feed_batch_ptr batch);

private:
  bool may_come_before(std::uint64_t number) const;

  const std::size_t events_max_;
  /// By writer: its commit's number will be above this, the highest heard of when it began; none
  /// while it commits nothing.
  std::vector<std::optional<std::uint64_t>> above_;
  std::map<std::uint64_t, feed_batch_ptr> held_; ///< by number
  std::size_t held_events_ = 0;
  std::uint64_t heard_ = 0; ///< the highest number that has come
  std::uint64_t told_ = 0;  ///< the highest number that has left
};

/// Publishes in that order. Thread-safe.
class ordered_feed {
public:
  ordered_feed(feed_sink& to, std::size_t writers, std::size_t events_max)
    : to_(to), order_(writers, events_max) {}

  void commit_begins(std::size_t writer);
  /// `events` may be empty: when nothing was committed, or nothing that anybody watches.
  void commit_ends(std::size_t writer, feed_batch events);

private:
  feed_sink& to_;
  std::mutex guard_; // also while publishing: that keeps the order
  feed_order order_;
};

} // namespace sagas::actors
