// The engine in this process on a database, with participants of its own: no HTTP, no log.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "actors/engine.hpp"
#include "app/load/histogram.hpp"
#include "bench/campaign.hpp"
#include "bench/database.hpp"
#include "bench/store.hpp"

namespace sagas::bench {

/// What one window of a closed loop showed.
struct loop_figures {
  double sagas_per_second = 0;
  load::histogram latency; ///< from the call of start() to the news of the end
  commit_log::content commits;
  double commits_per_saga = 0;
  double cpu_us_per_saga = 0;        ///< of this process, whoever starts the sagas included
  double server_cpu_us_per_saga = 0; ///< of the database's server
};

class engine_world {
public:
  /// Opens the database and waits until starts are accepted.
  /// @param on must outlive it
  /// @param participants adds those of the campaign; none: the stand-ins
  explicit engine_world(const database& on, const std::function<void(engine&)>& participants = {});
  ~engine_world();

  /// Keeps `in_flight` sagas running: a new one for each that has ended.
  loop_figures run(std::size_t in_flight, milliseconds warm_up, milliseconds window);
  /// How many sagas have ended since it was opened here.
  std::uint64_t ended() const { return ended_; }

private:
  void start_one();
  void on_started(const result<started>& begun);
  void on_ended(saga_status how, std::chrono::steady_clock::time_point asked);
  /// Starts sagas in place of those that end, until then.
  void keep_up(std::chrono::steady_clock::time_point until);
  void wait_for_rest();
  /// What has been counted since the last time; returns how many sagas have ended.
  std::uint64_t take_window(loop_figures& into);

  const database& on_;
  definition_registry definitions_;
  campaign_maker campaigns_{launch_plan()};
  commit_log commits_;
  std::unique_ptr<feed_sink> feed_;
  std::unique_ptr<telemetry> telemetry_;
  std::unique_ptr<logger> log_;
  std::uint64_t next_ = 0;
  std::size_t in_flight_ = 0; // sagas that this thread has started and not yet seen the end of

  std::mutex guard_; // of what follows: callbacks come on the engine's threads
  std::condition_variable news_;
  std::size_t free_ = 0; // ended, and not yet replaced
  std::uint64_t ended_in_window_ = 0;
  load::histogram latency_;
  std::string trouble_;
  std::atomic<std::uint64_t> ended_{0};

  std::unique_ptr<engine> engine_; // last: its callbacks use all of the above
};

} // namespace sagas::bench
