// The one connection that writes: transactions under the fence, checkpoints, and what an error
// means for everything after it. Internal to persistence/.
//
// After an I/O error SQLite may have rolled back in memory what the disk holds: the connection is
// dead from then on and only a new one can tell.
#pragma once

#include <memory>
#include <optional>

#include "persistence/fields.hpp"
#include "persistence/sqlite_session.hpp"
#include "persistence/sqlite_store.hpp"
#include "saga/planted.hpp"

namespace sagas {

class sqlite_connection {
public:
  /// Sets and checks the PRAGMAs of a session whose schema is up to date, and raises the epoch.
  /// Throws.
  sqlite_connection(std::unique_ptr<soci::session> session, const sqlite_options& options);

  soci::session& session() { return *session_; }
  std::uint64_t epoch() const { return epoch_.as<std::uint64_t>(); }
  /// Why nothing works any more.
  const std::optional<failure>& dead() const { return dead_; }

  /// Runs `work`, which gives a status and may throw, in a transaction that nobody shares, on the
  /// condition that the epoch is still ours; keeps what it wrote when it succeeds.
  /// errc::invalid_input, errc::internal: SQLite refused a statement; errc::unavailable,
  /// errc::fenced: nothing was written; errc::fatal: dead.
  template <class Work>
  status transact(Work work) {
    if (dead_)
      return *dead_;
    const status done = as_value([&]() -> status {
      run(begin_);
      if (run(fence_) != 1 && !planted(bug::no_fence))
        return fenced();
      if (const status worked = work(); !worked)
        return worked;
      session_->commit();
      return nothing{};
    });
    if (!done)
      return give_up(done.error());
    checkpoint_when_due();
    return done;
  }

  /// Runs `work`, which only reads. A damaged row is an error of its reader alone.
  template <class Work>
  auto read(Work work) -> decltype(work()) {
    if (dead_)
      return *dead_;
    auto done = as_value(work);
    if (!done && done.error().code == errc::fatal)
      dead_ = done.error();
    return done;
  }

  /// What `fence_` writes as this node's sign of life.
  void seen_at(timestamp now) { seen_at_.set(now); }

private:
  static failure fenced();
  void set_pragmas(const sqlite_options& options);
  void raise_epoch();
  failure give_up(const failure& why);
  failure note(failure why);
  void checkpoint_when_due();

  std::unique_ptr<soci::session> session_;
  std::optional<failure> dead_;
  text_field node_, seen_at_;
  number_field epoch_;
  const std::chrono::milliseconds busy_timeout_;
  const int checkpoint_pages_;
  int wal_pages_ = 0;       // told by SQLite at each commit
  int checkpointed_at_ = 0; // what it was at the last checkpoint, until the WAL begins anew
  soci::statement begin_, fence_;
};

} // namespace sagas
