// How many calls a target may be given, and when: concurrency, rate, and a circuit that opens when
// it fails. Pure: time comes in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sagas::http {

using steady_time = std::chrono::steady_clock::time_point;

struct flow_terms {
  std::uint32_t concurrency = 64;            ///< calls under way at once
  std::uint32_t queued = 10'000;             ///< that wait for their turn; one more fails at once
  double rate = 0;                           ///< calls a second; 0: as many as there are
  std::uint32_t failures = 20;               ///< in a row, and the circuit opens; 0: never
  std::chrono::milliseconds open_for{5'000}; ///< before one call tries whether it is better
};

/// Closed: calls go. Open: they fail at once, which spares them and the target. After a while one
/// goes as a trial, and its end decides. See "Circuit Breaker", M. Nygard, Release It!
class circuit_breaker {
public:
  explicit circuit_breaker(const flow_terms& terms) : terms_(terms) {}

  /// Whether a call may go now; the first one after the open time is the trial.
  bool permit(steady_time now);
  void succeeded();
  void failed(steady_time now);
  /// A permitted call ended without saying anything about its target.
  void abandoned() { trying_ = false; }
  bool is_open() const { return opened_.has_value(); }
  /// When permit() may say yes, if nothing happens before; nothing: not before the trial has ended.
  std::optional<steady_time> permits_at() const;

private:
  const flow_terms terms_;
  std::uint32_t failures_ = 0; // in a row
  std::optional<steady_time> opened_;
  bool trying_ = false;
};

/// A token bucket: an even rate, with a burst of a tenth of a second.
class rate_limit {
public:
  explicit rate_limit(double per_second) : per_second_(per_second) {}

  /// Takes one; else tells when there will be one.
  std::optional<steady_time> take(steady_time now);

private:
  const double per_second_;
  double tokens_ = 1;
  std::optional<steady_time> filled_;
};

} // namespace sagas::http
