// All schedules of a server, and what they owe: looked at when something is due, one start of each
// under way at a time. No thread and no clock of its own: scheduler.hpp has them.
//
// A run is started under a key of its own (run_key), and only when that is durable does the
// schedule's position pass over it. Whatever ends the process in between, the next one starts the
// run again, and is told of the saga that is there.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/schedule_board.hpp"
#include "saga/log.hpp"
#include "saga/orchestrator.hpp"
#include "saga/queries.hpp"
#include "saga/schedule_runs.hpp"

namespace sagas {

struct schedule_limits {
  std::size_t starts_max = 256;      ///< under way at once, of all schedules
  milliseconds again_min{250};       ///< until the next try when starts are refused; then
  milliseconds again_max{30'000};    ///< twice as long each time, up to this
  milliseconds look_every{60'000};   ///< at least: the system's clock may be set
  milliseconds store_every{500};     ///< how far they have come
  std::size_t stored_together = 500; ///< in one transaction
};

struct schedule_ports {
  queries& reads;
  orchestrator& engine;
  logger& log;
  std::function<timestamp()> wall;   ///< the system's clock, by which people plan
  std::function<timestamp()> steady; ///< one that is never set, for the time between tries
  zone_source zones;
  std::function<result<start_request>(const json_value& body)> read_start; ///< of POST /sagas
  std::function<void(std::function<void()>)> post; ///< runs it on the book's thread, if ever
};

/// Of one thread, but for the board.
class schedule_book {
public:
  schedule_book(schedule_ports with, schedule_board& board, schedule_limits limits = {});

  /// Reads anew what is kept under a name, in the next turn.
  void serve(const std::string& name);
  /// Does what is due now. @returns after how long to come again, unless something is posted
  milliseconds turn();
  /// Starts nothing any more.
  void halt() { halted_ = true; }
  /// Stores how far they have come, without waiting for the time to do so.
  void store_now();
  /// Whether it waits for an answer.
  bool busy() const { return under_way_ > 0 || storing_; }

private:
  struct entry {
    std::string name;
    std::optional<schedule> what;  // none: it can't be read
    timestamp handled;             // all up to here is done with
    timestamp stored;              // as far as the store knows
    std::deque<timestamp> starts;  // due, the next in front
    std::optional<timestamp> next; // when to look again
    bool starting = false;
    bool queued = false;
    bool gone = false;
    http::schedule_state state;
  };
  using entry_ptr = std::shared_ptr<entry>;

  void load();
  void read_anew(const std::string& name);
  void configure(const kept_document& from);
  void look(entry& one, timestamp now);
  void want_start(const entry_ptr& one);
  void start_queued();
  void start(const entry_ptr& one);
  void on_started(const entry_ptr& one, timestamp run, const result<started>& outcome);
  void hold(entry& one, timestamp run, const failure& why);
  void pass(entry& one, timestamp run);
  void fail(entry& one, timestamp run, const failure& why);
  void store_positions();
  void show(const entry& one);
  milliseconds until_next() const;

  const schedule_ports ports_;
  const schedule_limits limits_;
  schedule_board& board_;
  std::map<std::string, entry_ptr> entries_;
  std::deque<entry_ptr> queue_; // with something to start
  std::set<std::string> unread_;
  bool loaded_ = false;
  bool halted_ = false;
  bool storing_ = false;
  std::size_t under_way_ = 0;
  milliseconds again_after_{0}; // zero: starts are taken
  timestamp again_at_{};        // steady, as those below
  timestamp reads_again_{};
  timestamp stores_again_{};
};

} // namespace sagas
