#include "http/live_events.hpp"

#include <algorithm>
#include <utility>

#include "http/codec_event.hpp"
#include "saga/status.hpp"

namespace sagas::http {
namespace {

// No more is written at a time, and only into a buffer that can take it whole: a batch of any size
// goes through a buffer of any size above this.
constexpr std::size_t page_bytes_max = 65'536;
constexpr std::size_t event_bytes_max = 2'048;
constexpr milliseconds retry_when_blocked{20};
constexpr milliseconds vetted_every{1'000};

feed_position end_of(const feed_batch& batch) {
  return {batch.batch, static_cast<std::uint32_t>(batch.events.size() - 1)};
}

} // namespace

// A watcher and how far it has come. The thread's own.
struct live_events::served {
  watcher who;
  feed_position cursor;       // everything up to here is told or not wanted
  bool at_end = false;        // the cursor is known to be at the last event of its batch
  steady::time_point took{};  // when the buffer last had room
  steady::time_point spoke{}; // when anything was last written
  steady::time_point asked{}; // when the store was last asked
  steady::time_point vetted = steady::now(); // when it was last known to be allowed
};

live_events::live_events(queries& reads, logger& log, live_options options)
  : reads_(reads), log_(log), options_(options), thread_([this] { run(); }) {}

live_events::~live_events() { stop(); }

void live_events::publish(std::shared_ptr<const feed_batch> batch) {
  if (batch->events.empty())
    return;
  const std::lock_guard lock{guard_};
  ring_size_ += batch->events.size();
  ring_.push_back(std::move(batch));
  while (ring_size_ > options_.ring_events && ring_.size() > 1) {
    ring_size_ -= ring_.front()->events.size();
    forgotten_ = end_of(*ring_.front());
    ring_.pop_front();
  }
  news_ = true;
  if (count_ > 0)
    wake_.notify_one();
}

result<feed_position> live_events::newest() {
  {
    const std::lock_guard lock{guard_};
    if (!ring_.empty() && options_.poll.count() == 0)
      return end_of(*ring_.back());
  }
  return reads_.last_event();
}

status live_events::watch(watcher who) {
  auto tail = newest();
  if (tail && who.after && *who.after > *tail)
    tail = reads_.last_event(); // what is committed is in the store a moment before it is published
  if (!tail)
    return tail.error();
  auto one = std::make_unique<served>();
  // A position beyond the newest is of another database: such a reader begins anew.
  one->cursor = who.after ? std::min(*who.after, *tail) : *tail;
  one->at_end = one->cursor == *tail;
  one->took = one->spoke = steady::now();
  one->who = std::move(who);
  const std::lock_guard lock{guard_};
  if (stopping_)
    return {errc::unavailable, "the service is stopping: connect again later"};
  if (count_ >= options_.watchers_max)
    return {errc::overloaded, "too many live streams are open: close some, or poll"};
  ++count_;
  arriving_.push_back(std::move(one));
  wake_.notify_one();
  return nothing{};
}

std::size_t live_events::watchers() const {
  const std::lock_guard lock{guard_};
  return count_;
}

bool live_events::full() const {
  const std::lock_guard lock{guard_};
  return stopping_ || count_ >= options_.watchers_max;
}

void live_events::stop() {
  {
    const std::lock_guard lock{guard_};
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable())
    thread_.join();
}

void live_events::run() {
  std::unique_lock lock{guard_};
  progress last = progress::idle;
  while (wait(lock, last)) {
    std::move(arriving_.begin(), arriving_.end(), std::back_inserter(serving_));
    arriving_.clear();
    news_ = false;
    lock.unlock();
    last = progress::idle;
    std::erase_if(serving_, [&](const std::unique_ptr<served>& one) {
      const progress came = serve(*one);
      if (came == progress::more || (came == progress::blocked && last == progress::idle))
        last = came;
      if (came == progress::done)
        one->who.to->close();
      return came == progress::done;
    });
    lock.lock();
    count_ = serving_.size() + arriving_.size();
  }
  std::move(arriving_.begin(), arriving_.end(), std::back_inserter(serving_));
  for (const auto& one : serving_)
    one->who.to->close();
  serving_.clear();
  count_ = 0;
}

// Waits until there is something to do, given how the last round went; false: stop.
bool live_events::wait(std::unique_lock<std::mutex>& lock, progress last) {
  if (last != progress::more) {
    milliseconds limit = options_.heartbeat;
    if (options_.poll.count() > 0)
      limit = std::min(limit, options_.poll);
    if (last == progress::blocked)
      limit = std::min(limit, retry_when_blocked);
    wake_.wait_for(lock, limit, [this] { return stopping_ || news_ || !arriving_.empty(); });
  }
  return !stopping_;
}

live_events::progress live_events::serve(served& one) {
  const auto now = steady::now();
  if (one.who.allowed && now - one.vetted >= vetted_every) {
    one.vetted = now;
    if (!one.who.allowed())
      return progress::done;
  }
  if (one.who.to->room() < page_bytes_max)
    return now - one.took > options_.stall_max ? progress::done : progress::blocked;
  one.took = now;

  chunk next = next_of(one);
  const bool poll_due = options_.poll.count() > 0 && now - one.asked >= options_.poll;
  if (next.from_store || (next.batches.empty() && poll_due)) {
    one.asked = now;
    auto page = reads_.events_after(one.cursor, options_.page_events);
    if (!page) {
      log_.write(log_level::warning, "a live stream ends: its events can't be read",
                 {{"cause", page.error().message}});
      return progress::done;
    }
    for (feed_batch& batch : *page)
      if (!batch.events.empty())
        next.batches.push_back(std::make_shared<const feed_batch>(std::move(batch)));
  }
  if (next.batches.empty()) {
    if (one.who.until && one.cursor >= one.who.until->at) {
      std::string bye;
      append_sse_end(bye, one.cursor, *one.who.saga, one.who.until->status);
      one.who.to->write(std::move(bye));
      return progress::done;
    }
    return now - one.spoke < options_.heartbeat || beat(one) ? progress::idle : progress::done;
  }
  return tell(one, next.batches);
}

// What follows the cursor, as far as this process knows it for sure.
live_events::chunk live_events::next_of(const served& one) {
  const std::lock_guard lock{guard_};
  const feed_position& after = one.cursor;
  chunk found;
  if (ring_.empty() || end_of(*ring_.back()) <= after)
    return found;
  auto at = std::find_if(ring_.begin(), ring_.end(),
                         [&](const auto& batch) { return end_of(*batch) > after; });
  // Whether nothing can lie between the cursor and that batch: it is the cursor's own, or the next
  // number and the cursor's own is told, or the one before it was here as well and nobody else
  // writes.
  const bool alone = options_.poll.count() == 0;
  std::uint64_t next = after.batch + (one.at_end ? 1 : 0);
  bool known = alone && (at != ring_.begin() || (forgotten_ && *forgotten_ <= after));
  std::size_t events = 0;
  for (; at != ring_.end() && events < options_.page_events; ++at) {
    if (!known && (*at)->batch > next)
      break;
    found.batches.push_back(*at);
    events += (*at)->events.size();
    next = (*at)->batch + 1;
    known = alone;
  }
  found.from_store = found.batches.empty();
  return found;
}

live_events::progress
live_events::tell(served& one, const std::vector<std::shared_ptr<const feed_batch>>& batches) {
  std::string text;
  bool ended = false;
  for (const auto& batch : batches) {
    for (std::uint32_t i = 0; i < batch->events.size() && !ended; ++i) {
      if (text.size() > page_bytes_max - event_bytes_max)
        break;
      const feed_position at{batch->batch, i};
      if (at <= one.cursor)
        continue;
      const feed_event& what = batch->events[i];
      one.cursor = at;
      one.at_end = i + 1 == batch->events.size();
      if (!one.who.wants || one.who.wants(what))
        append_sse(text, at, what);
      const auto status = parse_saga_status(what.status);
      ended = one.who.saga == what.saga && what.step.empty() && status && is_terminal(*status);
      if (ended)
        append_sse_end(text, at, what.saga, what.status);
    }
  }
  if (!text.empty()) {
    one.spoke = steady::now();
    if (!one.who.to->write(std::move(text)))
      return progress::done;
  }
  return ended ? progress::done : progress::more;
}

// A comment, so that a dead peer is noticed; and the cursor, so that a filtered reader does not
// come back for what it did not want.
bool live_events::beat(served& one) {
  one.spoke = steady::now();
  return one.who.to->write(": \nid: " + to_text(one.cursor) + "\n\n");
}

} // namespace sagas::http
