// Time that passes in a measurement.
#pragma once

#include <chrono>
#include <thread>

namespace sagas::bench {

inline double seconds_since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

/// Whether `holds` gives true before `until` has passed; asked once at least.
template <class Holds>
bool holds_by(std::chrono::steady_clock::time_point until, std::chrono::milliseconds look_every,
              Holds holds) {
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::sleep_for(look_every);
  }
  return true;
}

} // namespace sagas::bench
