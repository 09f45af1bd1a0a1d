// The port of everything that is only read. Implemented in persistence/.
//
// Thread-safe: a pool of read sessions behind it, never the writer's. Always current, since
// nothing is acknowledged before it is stored.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "saga/feed.hpp"
#include "saga/kept.hpp"
#include "saga/result.hpp"
#include "saga/rows.hpp"

namespace sagas {

/// A saga in a list: no input.
struct saga_view {
  saga_header header;
  std::uint32_t steps_completed = 0; ///< actions done
};

/// One row of `pasos_saga`, with the names that the table holds.
struct step_view {
  std::string step_id;
  std::string name;
  std::string description;
  std::string service;
  step_row row;
};

struct saga_filter {
  std::optional<saga_status> status;
  std::string type;
  std::string campaign_id;
  std::string user_id;
  std::string service; ///< sagas that have called this microservicio
  std::optional<timestamp> from;
  std::optional<timestamp> until;
  std::optional<saga_id> before; ///< the cursor: only older ones
  std::size_t limit = 100;
};

struct duration_summary {
  std::uint64_t count = 0;
  double mean_s = 0;
  double p50_s = 0; ///< percentiles are of a log histogram, within 5 % of the true value
  double p95_s = 0;
  double p99_s = 0;
};

struct step_statistics {
  std::string type;
  std::string step;
  operation op = operation::action;
  std::map<std::string, std::uint64_t> by_status; ///< attempts by their end
  std::uint64_t retries = 0;
  duration_summary durations;
};

struct statistics {
  std::uint64_t total = 0;
  std::map<std::string, std::uint64_t> by_status; ///< every status, zeros too
  std::map<std::string, std::uint64_t> by_type;
  duration_summary durations; ///< of ended sagas
  std::uint64_t last_day = 0; ///< started in the last 24 h
  std::vector<step_statistics> steps;
};

/// A campaign with its newest saga.
struct campaign_view {
  std::string campaign_id;
  saga_view saga;
  document input;                          ///< entrada of that saga
  std::map<std::string, document> outputs; ///< by step, of the actions done
};

/// The sessions that the queries of a server borrow.
struct pool_figures {
  std::size_t sessions_max = 0;
  std::size_t in_use = 0;
  std::size_t idle = 0;
  std::size_t waiting = 0;     ///< callers that wait for one now
  std::uint64_t opened = 0;    ///< these since the start
  std::uint64_t replaced = 0;  ///< found or become dead
  std::uint64_t waits = 0;     ///< callers that had to wait, those in vain too
  std::uint64_t timed_out = 0; ///< in vain
  double waited_s = 0;         ///< by all of them
};

/// A parked saga and what it is parked at.
struct parked_view {
  saga_view saga;
  /// The failed attempts that wait for a decision, in order of execution, without documents; none
  /// when it is parked because loading it failed.
  std::vector<step_view> at;
};

class queries {
public:
  virtual ~queries() = default;

  virtual result<std::optional<saga_view>> saga(const saga_id& id) = 0;
  virtual result<std::optional<saga_status>> status_of(const saga_id& id) = 0;
  /// The saga that was started with an idempotency key.
  virtual result<std::optional<saga_id>> started_with(const std::string& key) = 0;
  virtual result<std::vector<step_view>> steps(const saga_id& id) = 0;
  virtual result<std::vector<history_row>> history(const saga_id& id) = 0;

  struct active_page {
    std::vector<saga_view> sagas; ///< newest first
    std::uint64_t total = 0;
  };
  virtual result<active_page> active(std::size_t limit) = 0;

  struct search_page {
    std::vector<saga_view> sagas; ///< newest first, at most the filter's limit
    /// Where to go on (`before`); none: there are no more. A page that would take too long ends
    /// early, even empty.
    std::optional<saga_id> next;
  };
  virtual result<search_page> search(const saga_filter& what) = 0;

  struct parked_page {
    std::vector<parked_view> sagas; ///< newest first, at most the filter's limit
    std::optional<saga_id> next;    ///< as of search_page
  };
  /// What search() finds of the sagas that are parked, whatever state the filter names.
  virtual result<parked_page> parked(const saga_filter& what) = 0;

  /// A saga with all of its rows, for rebuild(); nothing when there is none.
  virtual result<std::optional<stored_saga>> stored(const saga_id& id) = 0;

  struct ended_page {
    std::vector<saga_id> sagas;  ///< by the time of their start, oldest first
    std::optional<saga_id> last; ///< where to go on (`after`); none: there are no more
  };
  /// Sagas that ended before `before` and can be removed (store::remove), of the next `looked_at`
  /// behind `after`.
  virtual result<ended_page> ended(timestamp before, std::optional<saga_id> after,
                                   std::size_t looked_at) = 0;

  /// Kept up in whole hours of the sagas' start, and of the attempts' for the steps: `from` is
  /// rounded down and `until` up to the hour.
  virtual result<statistics> stats(std::optional<timestamp> from, std::optional<timestamp> until,
                                   timestamp now) = 0;

  /// Campaigns by their newest saga, newest first; only older than `before`.
  virtual result<std::vector<campaign_view>> campaigns(std::optional<saga_id> before,
                                                       std::size_t limit) = 0;
  virtual result<std::optional<campaign_view>> campaign(const std::string& campaign_id) = 0;

  /// Events behind `after`, whole batches, at least one event when there is any.
  virtual result<std::vector<feed_batch>> events_after(const feed_position& after,
                                                       std::size_t events_max) = 0;
  /// The position of the newest event.
  virtual result<feed_position> last_event() = 0;

  /// What operators have set up.
  virtual result<std::vector<kept_document>> kept(const kept_query& what) = 0;
  virtual result<std::optional<kept_document>> kept_one(const std::string& kind,
                                                        const std::string& name) = 0;

  /// Whether the store answers; for readiness.
  virtual status ping() = 0;

  /// None where no server is behind the queries.
  virtual std::optional<pool_figures> pool() const { return std::nullopt; }
};

} // namespace sagas
