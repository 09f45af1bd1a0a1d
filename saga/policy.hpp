// How often and how fast one operation of a step is tried again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "saga/time.hpp"

namespace sagas {

/// A retry policy. The n-th delay is first_delay * factor^(n-1), at most cap, shortened by up to
/// the share `jitter` at random (so that a thousand sagas that failed together do not return
/// together).
struct retry_policy {
  milliseconds first_delay{200};
  double factor = 2.0;
  milliseconds cap{30'000};
  double jitter = 0.2;        ///< 0 to 1
  std::uint32_t attempts = 3; ///< the first one included; at least 1
  milliseconds total{0};      ///< no new attempt later than this; 0: no such bound
  std::vector<std::string> final_failures = {}; ///< codes of failures that end it at once
  bool operator==(const retry_policy&) const = default;
};

/// The delay before the attempt that follows `tried` attempts of this round.
/// @param random any 64 bits; the same bits give the same delay (the machine derives them from
///        saga, step and attempt, so that it stays pure)
milliseconds delay_after(const retry_policy& policy, std::uint32_t tried, std::uint64_t random);

} // namespace sagas
