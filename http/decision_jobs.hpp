// Decisions about many parked sagas, one after the other, at a rate: on a thread of its own, so
// that whoever asked for them may go away. Kept in memory: what a restart leaves undone is still
// parked, and asked for again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "saga/attention.hpp"
#include "saga/orchestrator.hpp"

namespace sagas::http {

struct api;

inline constexpr std::size_t bulk_sagas_max = 10'000;
inline constexpr int bulk_rate_max = 500; ///< sagas a second

struct bulk_order {
  attention_filter filter;
  saga_command command; ///< a decision; its step is that of each saga
  bool dry_run = false;
  std::size_t limit = 1'000; ///< sagas at most
  int per_second = 50;
  std::optional<idempotency> once = {};
};

/// What became of one step of one saga.
struct bulk_line {
  saga_id saga;
  std::string step;
  std::optional<saga_status> now; ///< or, in a dry run, what it would be; none: refused
  std::string why;                ///< refused
};

enum class bulk_state : std::uint8_t { waiting, running, done, stopped };
const char* to_text(bulk_state what); ///< "EN_ESPERA", "EN_CURSO", "TERMINADO", "DETENIDO"

/// How a job stands, with a part of its lines.
struct bulk_progress {
  saga_id job;
  bulk_state state = bulk_state::waiting;
  bool dry_run = false;
  std::string why; ///< stopped
  std::size_t decided = 0;
  std::size_t refused = 0;
  std::size_t lines_total = 0;
  std::vector<bulk_line> lines;
};

/// Thread-safe.
class decision_jobs {
public:
  explicit decision_jobs(api& owner);
  decision_jobs(const decision_jobs&) = delete;
  decision_jobs& operator=(const decision_jobs&) = delete;
  ~decision_jobs(); ///< waits for the decision at hand, unless the engine keeps it waiting

  /// The job of it; the same again for the same key and fingerprint. errc::overloaded when too
  /// many wait, errc::invalid_input when the key was used with another body.
  result<saga_id> add(bulk_order what);
  /// Lines from `from` on, at most `limit`; nothing when it is not known (any more).
  std::optional<bulk_progress> progress(const saga_id& job, std::size_t from, std::size_t limit);
  /// Whether there is such a job; it ends behind the decision at hand.
  bool stop(const saga_id& job);

private:
  struct job;
  void run();
  void work(job& on);
  bool work_on(job& on, const parked_view& saga);
  result<saga_status> decide(const job& on, const saga_id& saga, const std::string& step);
  result<saga_status> command(const saga_id& saga, saga_command what);
  bool sleep_until(const job& on, std::chrono::steady_clock::time_point when);
  void note(job& on, bulk_line line);
  void end(job& on, bulk_state state, const std::string& why);
  std::shared_ptr<job> find(const saga_id& id);

  api& owner_;
  id_maker ids_;
  std::mutex guard_; // of all below, and of what changes in the jobs
  std::condition_variable wake_;
  std::deque<std::shared_ptr<job>> jobs_; // oldest first
  bool ending_ = false;
  std::thread thread_;
};

} // namespace sagas::http
