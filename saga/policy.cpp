#include "saga/policy.hpp"

#include <algorithm>
#include <cmath>

namespace sagas {

milliseconds delay_after(const retry_policy& policy, std::uint32_t tried, std::uint64_t random) {
  const auto cap = static_cast<double>(policy.cap.count());
  const double exponent = tried > 0 ? tried - 1.0 : 0.0;
  const double growth = std::min(std::pow(policy.factor, exponent), 1e15); // infinity x 0 is none
  const double full = std::min(static_cast<double>(policy.first_delay.count()) * growth, cap);
  const double share = static_cast<double>(random >> 11) * 0x1.0p-53; // [0, 1)
  return milliseconds{static_cast<std::int64_t>(full * (1.0 - policy.jitter * share))};
}

} // namespace sagas
