// Wakes whoever asked for it, at a time of the injected clock (docs/adr/0007).
//
// CAF 0.17.6 can't cancel a delayed message, and a pending one keeps its actor alive.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "saga/time.hpp"

namespace sagas::actors {

/// Thread-safe. What it calls runs outside of its lock and must return at once.
class timers {
public:
  /// Names a timer that was armed: when, and which of those.
  struct key {
    timestamp at{};
    std::uint64_t serial = 0;
    auto operator<=>(const key&) const = default;
  };

  explicit timers(std::function<timestamp()> clock) : clock_(std::move(clock)) {}
  ~timers() { close(); }

  /// Fires by itself from now on, at most a tick late.
  void run(milliseconds tick);

  key arm(timestamp at, std::function<void()> what);
  /// Nothing happens when it has fired already.
  void cancel(const key& which);

  /// Fires what is due; the earliest that is not, if any.
  std::optional<timestamp> fire();

  /// Forgets all timers, and those to come.
  void close();

private:
  void loop(milliseconds tick);

  std::function<timestamp()> clock_;
  std::mutex guard_;
  std::condition_variable changed_;
  std::map<key, std::function<void()>> armed_;
  std::uint64_t serial_ = 0;
  bool closed_ = false;
  std::thread thread_;
};

} // namespace sagas::actors
