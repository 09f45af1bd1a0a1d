// The port of the figures that operators watch. Implemented in app/ on prometheus-cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "saga/status.hpp"

namespace sagas {

/// Thread-safe and cheap: called for every saga, attempt and commit.
class telemetry {
public:
  virtual ~telemetry() = default;
  using seconds = std::chrono::duration<double>;
  virtual void saga_started(std::string_view type) = 0;
  virtual void saga_ended(std::string_view type, saga_status status, seconds took) = 0;
  virtual void saga_parked(std::string_view type) = 0;
  virtual void attempt_ended(std::string_view service, operation op, outcome_kind kind,
                             seconds took) = 0;
  virtual void outcome_ignored() = 0; ///< late, twice, or from a lost attempt
  /// Writers are numbered from 0.
  virtual void batch_committed(std::size_t writer, std::size_t transitions, seconds took) = 0;
  virtual void batch_failed(std::size_t writer) = 0;
  virtual void store_available(std::size_t writer, bool is) = 0; ///< told when it changes
  virtual void start_refused() = 0;                              ///< backpressure
  virtual void recovered(std::size_t sagas) = 0;
  virtual void removed(std::size_t sagas) = 0; ///< that had ended long ago
  virtual void in_flight(std::uint64_t sagas, std::uint64_t queued_commits) = 0; ///< gauges
};

} // namespace sagas
