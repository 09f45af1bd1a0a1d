// When the answers that may come late come due.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sagas::http {

class live_exchange;
using steady = std::chrono::steady_clock;

/// Thread-safe.
class time_limits {
public:
  using key = std::pair<steady::time_point, std::uint64_t>;

  /// Returns the key to remove it by, and whether it comes due before the loop means to look.
  std::pair<key, bool> add(steady::time_point due, std::weak_ptr<live_exchange> who);
  void remove(const key& which);

  /// Takes out what is due.
  std::vector<std::shared_ptr<live_exchange>> take_due(steady::time_point now);
  /// The loop will look again then, or earlier if something comes due earlier: when that is.
  steady::time_point plan(steady::time_point next_look);

private:
  std::mutex guard_; // guards all
  std::map<key, std::weak_ptr<live_exchange>> due_;
  std::uint64_t count_ = 0;
  steady::time_point planned_ = steady::time_point::max();
};

} // namespace sagas::http
