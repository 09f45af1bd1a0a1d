// The sessions that queries borrow from a MySQL or MariaDB server. Internal to persistence/.
//
// `size` sessions stay open, `overflow` more are opened when all are in use and closed when given
// back. One that has idled is asked for a sign of life; one that has lost its connection goes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "persistence/mysql_queries.hpp"
#include "persistence/mysql_reader.hpp"

namespace sagas {

/// Thread-safe. Every loan is given back before the pool goes.
class mysql_pool {
public:
  explicit mysql_pool(mysql_pool_terms terms) : terms_(std::move(terms)) {
    figures_.sessions_max = terms_.size + terms_.overflow;
  }

  /// Runs `work(mysql_reader&)`, which gives a result and may throw, on a free session, in a
  /// transaction; once more on a new one when the connection is lost. errc::overloaded when no
  /// session becomes free in time, errc::unavailable when the server cannot be reached.
  template <class Work>
  auto with_session(Work work) -> decltype(work(std::declval<mysql_reader&>())) {
    for (bool again = false;; again = true) {
      auto taken = take(again);
      if (!taken)
        return taken.error();
      loan borrowed{*this, std::move(*taken)};
      try {
        return borrowed.session->at_one_moment(work);
      } catch (...) {
        const mysql_problem problem = caught_mysql_problem();
        borrowed.lost = problem.kind == mysql_trouble::lost;
        if (!borrowed.lost || again)
          return problem.why;
      }
    }
  }

  pool_figures figures() const;

private:
  using clock = std::chrono::steady_clock;
  using reader = std::unique_ptr<mysql_reader>;

  struct loan {
    mysql_pool& from;
    reader session;
    bool lost = false;
    ~loan() { from.give_back(std::move(session), lost); }
  };
  struct idle_reader {
    reader session;
    clock::time_point since;
  };

  result<reader> take(bool fresh);
  bool wait_for_room(std::unique_lock<std::mutex>& lock); // of guard_
  result<reader> open();
  void give_back(reader session, bool lost);
  void leave(); // one less in use

  const mysql_pool_terms terms_;
  mutable std::mutex guard_;
  std::condition_variable returned_;
  std::vector<idle_reader> idle_;
  pool_figures figures_;
};

} // namespace sagas
