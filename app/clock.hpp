// The only place that asks what time it is.
#pragma once

#include "saga/time.hpp"

namespace sagas {

inline timestamp now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

} // namespace sagas
