// How the starts of several keys share the engine: each within its quota, and none at another's
// cost. A caller who is alone may fill the engine; when others ask, each keeps to its share.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/access/caller.hpp"
#include "saga/time.hpp"

namespace sagas::http {

/// Why a start is not let in, and when to come again.
struct share_refusal {
  std::string detail;
  int retry_after_s = 1;
};

/// Thread-safe.
class start_shares {
public:
  /// `shared`: starts in flight that all keys share when several ask.
  explicit start_shares(std::size_t shared) : shared_(shared) {}

  /// Takes places for `count` starts at once; of a caller without a key always. Who has none in
  /// flight is given any count: a batch larger than a limit is not refused for ever.
  std::optional<share_refusal> take(const caller& who, std::size_t count, timestamp now);
  void give(const caller& who, std::size_t count);

private:
  struct account {
    std::size_t in_flight = 0;
    timestamp asked{};
    double tokens = 0; // below 0 after a batch larger than the burst
    timestamp refilled{};
  };

  std::optional<share_refusal> over_rate(const caller& who, account& of, std::size_t count,
                                         timestamp now) const;
  std::size_t share(timestamp now) const;

  const std::size_t shared_;
  std::mutex guard_;                        // guards all below
  std::map<std::string, account> accounts_; // of every key that has asked
};

/// Places that were taken, given back at its end.
class start_place {
public:
  start_place(std::shared_ptr<start_shares> from, caller who, std::size_t count)
    : from_(std::move(from)), who_(std::move(who)), count_(count) {}
  start_place(const start_place&) = delete;
  start_place& operator=(const start_place&) = delete;
  ~start_place() { from_->give(who_, count_); }

private:
  const std::shared_ptr<start_shares> from_; // a start may outlive the routes
  const caller who_;
  const std::size_t count_;
};

} // namespace sagas::http
