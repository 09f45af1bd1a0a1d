// The only place that asks what time it is.
#pragma once

#include "saga/time.hpp"

namespace sagas {

/// The system's time when the process first asked, and the steady clock's since: it never runs
/// backwards, and a system clock that is set while the process runs moves no time-out, retry or
/// deadline of it. The next start takes the new time.
inline timestamp now() {
  using steady = std::chrono::steady_clock;
  struct anchor {
    std::chrono::system_clock::time_point system = std::chrono::system_clock::now();
    steady::time_point at = steady::now();
  };
  static const anchor begun;
  const auto passed = std::chrono::duration_cast<std::chrono::system_clock::duration>(steady::now()
                                                                                      - begun.at);
  return std::chrono::time_point_cast<milliseconds>(begun.system + passed);
}

/// The system's time as it is set now, by which people plan: of schedules alone.
inline timestamp system_now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

} // namespace sagas
