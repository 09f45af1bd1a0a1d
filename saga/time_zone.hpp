// The port to time zones. Implemented in app/ on the system's zone data.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas {

/// A stretch of time in which the clocks of a zone differ from UTC by the same. Where one ends the
/// next begins: with a greater offset the clocks are put forward, which leaves a gap in what they
/// show; with a smaller one they are put back, and what they show overlaps.
struct zone_span {
  timestamp from;  ///< the first instant of it; timestamp::min() when there is no earlier span
  timestamp until; ///< the first instant behind it; timestamp::max() when there is no later one
  std::chrono::seconds offset{0}; ///< what the clocks show, less UTC
};

class time_zone {
public:
  virtual ~time_zone() = default;
  virtual const std::string& name() const = 0; ///< "Europe/Madrid"
  virtual zone_span at(timestamp when) const = 0;
};
using time_zone_ptr = std::shared_ptr<const time_zone>;

/// Finds a zone by its name; errc::invalid_input with the remedy. Thread-safe.
using zone_source = std::function<result<time_zone_ptr>(const std::string& name)>;

} // namespace sagas
