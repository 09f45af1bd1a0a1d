// Latencies by the million in a few kilobytes: counts in buckets that are at most 1.6 % wide.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace sagas::load {

using microseconds = std::chrono::microseconds;

class histogram {
public:
  void add(microseconds took);
  /// Takes over what another one has counted.
  void add(const histogram& other);

  std::uint64_t count() const { return count_; }
  microseconds longest() const { return longest_; }
  /// The latency that the given share of all (0 to 1) did not exceed; zero when there is none.
  microseconds percentile(double share) const;
  double percentile_ms(double share) const;

private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  microseconds longest_{0};
};

} // namespace sagas::load
