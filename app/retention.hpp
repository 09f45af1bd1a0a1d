// Removes what ended long ago beside a running engine (db.retention): on a thread of its own, a
// bite at a time, at rest most of the time, so that starts hardly wait for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>

#include "saga/log.hpp"
#include "saga/orchestrator.hpp"
#include "saga/queries.hpp"

namespace sagas {

struct retention_terms {
  milliseconds keep{}; ///< after a saga's end; kept_at_least at least
  std::size_t bite = 25;
  int rests = 4; ///< how many times as long as a bite took the next one waits
  milliseconds again_after = std::chrono::minutes{10}; ///< from the end of a pass to the next
};

class retention {
public:
  /// All that is referred to must outlive it.
  retention(const retention_terms& terms, queries& reads, orchestrator& engine, logger& log,
            std::function<timestamp()> clock);
  retention(const retention&) = delete;
  retention& operator=(const retention&) = delete;
  ~retention(); ///< waits for the bite at hand, unless the engine keeps it waiting

private:
  void run();
  void pass();
  result<std::size_t> remove(const std::vector<saga_id>& bite, timestamp ended_before);
  bool sleep(std::chrono::steady_clock::duration how_long);
  bool stopping();

  const retention_terms terms_;
  queries& reads_;
  orchestrator& engine_;
  logger& log_;
  const std::function<timestamp()> clock_;
  std::mutex guard_; // of stopping_
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace sagas
