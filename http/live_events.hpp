// State changes to those who watch, live.
//
// Each watcher is a cursor over the feed. What is behind the cursor comes from a ring of recent
// batches or, when older than the ring, from the store in pages; the cursor alone decides what is
// next, so nothing is lost or told twice where one source ends and the other begins.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/exchange.hpp"
#include "saga/feed.hpp"
#include "saga/log.hpp"
#include "saga/queries.hpp"

namespace sagas::http {

struct live_options {
  std::size_t ring_events = 65'536; ///< how many recent events stay in memory
  std::size_t page_events = 512;    ///< how many a watcher is given at a time
  std::size_t watchers_max = 256;
  milliseconds heartbeat{15'000}; ///< tells proxies and us that the peer lives
  milliseconds stall_max{30'000}; ///< a reader that takes nothing for so long is let go
  /// The store has other writers as well: look there this often. 0: this process is the only one.
  milliseconds poll{0};
};

/// One who watches.
struct watcher {
  std::shared_ptr<event_stream> to;
  std::optional<feed_position> after = {}; ///< none: from now on
  /// Which events it wants; none: all. Runs on the thread of live_events.
  std::function<bool(const feed_event&)> wants = {};
  /// Whether it may go on: asked again once a second at most, before it is told of events. Empty:
  /// always. Runs on the thread of live_events.
  std::function<bool()> allowed = {};
  /// The stream ends behind the event that ends this saga...
  std::optional<saga_id> saga = {};
  /// ... or, when it has ended already, once everything up to here is told.
  struct ending {
    feed_position at;
    std::string status; ///< estado
  };
  std::optional<ending> until = {};
};

/// Thread-safe. `reads` and `log` must outlive it. One thread of its own serves all watchers.
class live_events final : public feed_sink {
public:
  live_events(queries& reads, logger& log, live_options options = {});
  live_events(const live_events&) = delete;
  live_events& operator=(const live_events&) = delete;
  ~live_events() override; ///< stops

  /// Batches in the order of their commits. Returns at once.
  void publish(std::shared_ptr<const feed_batch> batch) override;

  /// The position of the newest event.
  result<feed_position> newest();

  /// Serves a stream from now on. errc::overloaded when there are too many.
  status watch(watcher who);

  std::size_t watchers() const;
  /// Whether watch() would refuse one more now.
  bool full() const;

  /// Ends every stream and takes no more. Idempotent.
  void stop();

private:
  using steady = std::chrono::steady_clock;
  struct served;
  enum class progress { idle, more, blocked, done };
  struct chunk {
    std::vector<std::shared_ptr<const feed_batch>> batches;
    bool from_store = false; ///< the ring does not reach back to the cursor: ask the store
  };

  void run();
  bool wait(std::unique_lock<std::mutex>& lock, progress last);
  progress serve(served& who);
  chunk next_of(const served& one);
  progress tell(served& who, const std::vector<std::shared_ptr<const feed_batch>>& batches);
  bool beat(served& who);

  queries& reads_;
  logger& log_;
  const live_options options_;

  mutable std::mutex guard_; // guards all down to stopping_
  std::condition_variable wake_;
  std::deque<std::shared_ptr<const feed_batch>> ring_;
  std::size_t ring_size_ = 0;              // events in it
  std::optional<feed_position> forgotten_; // the newest event that has left the ring
  std::vector<std::unique_ptr<served>> arriving_;
  std::size_t count_ = 0;
  bool news_ = false;
  bool stopping_ = false;

  std::vector<std::unique_ptr<served>> serving_; // the thread's own
  std::thread thread_;
};

} // namespace sagas::http
