// The sessions that queries borrow. Internal to persistence/.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "persistence/read_session.hpp"
#include "saga/result.hpp"

namespace sagas {

/// Thread-safe. Every loan is given back before the pool goes.
class read_pool {
public:
  /// Opens `sessions`. Throws what SOCI throws.
  read_pool(const session_terms& terms, std::size_t sessions, std::chrono::milliseconds wait,
            const payload_keys_ptr& keys = {});

  /// Runs `work(read_session&)`, which gives a result and may throw, on a free session.
  /// errc::overloaded when none becomes free in time.
  template <class Work>
  auto with_session(Work work) -> decltype(work(std::declval<read_session&>())) {
    loan borrowed{*this};
    if (!borrowed)
      return failure{errc::overloaded, "too many queries at once: try again"};
    return as_value([&] { return (*borrowed).at_one_moment(work); });
  }

private:
  class loan {
  public:
    explicit loan(read_pool& from) : from_(from), session_(from.take()) {}
    loan(const loan&) = delete;
    loan& operator=(const loan&) = delete;
    ~loan() {
      if (session_)
        from_.give_back(std::move(session_));
    }
    explicit operator bool() const { return session_ != nullptr; }
    read_session& operator*() { return *session_; }

  private:
    read_pool& from_;
    std::unique_ptr<read_session> session_;
  };

  std::unique_ptr<read_session> take(); ///< null: none in time
  void give_back(std::unique_ptr<read_session> session);

  const std::chrono::milliseconds wait_;
  std::mutex guard_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<read_session>> free_;
};

} // namespace sagas
