#include "actors/feed_order.hpp"

#include <algorithm>
#include <utility>

namespace sagas::actors {

feed_order::feed_order(std::size_t writers, std::size_t events_max)
  : events_max_(events_max), above_(writers) {}

void feed_order::commit_begins(std::size_t writer) { above_[writer] = heard_; }

std::vector<feed_batch_ptr> feed_order::commit_ends(std::size_t writer, feed_batch_ptr batch) {
  above_[writer].reset();
  if (batch && batch->batch > told_) {
    heard_ = std::max(heard_, batch->batch);
    held_events_ += batch->events.size();
    held_[batch->batch] = std::move(batch);
  }
  std::vector<feed_batch_ptr> leaving;
  while (!held_.empty()) {
    const auto lowest = held_.begin();
    if (held_events_ <= events_max_ && may_come_before(lowest->first))
      break;
    told_ = lowest->first;
    held_events_ -= lowest->second->events.size();
    leaving.push_back(std::move(lowest->second));
    held_.erase(lowest);
  }
  return leaving;
}

bool feed_order::may_come_before(std::uint64_t number) const {
  return number != told_ + 1
         && std::any_of(above_.begin(), above_.end(),
                        [number](const auto& above) { return above && *above < number; });
}

void ordered_feed::commit_begins(std::size_t writer) {
  const std::lock_guard lock{guard_};
  order_.commit_begins(writer);
}

void ordered_feed::commit_ends(std::size_t writer, feed_batch events) {
  auto batch = events.events.empty() ? nullptr
                                     : std::make_shared<const feed_batch>(std::move(events));
  const std::lock_guard lock{guard_};
  for (feed_batch_ptr& each : order_.commit_ends(writer, std::move(batch)))
    to_.publish(std::move(each));
}

} // namespace sagas::actors
