#include "persistence/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace sagas {
namespace {

constexpr double growth = 1.1; // the middle of a bucket is within 4.9 % of its ends

} // namespace

int duration_bucket(milliseconds took) {
  if (took < milliseconds{1})
    return 0;
  return 1 + static_cast<int>(std::log(static_cast<double>(took.count())) / std::log(growth));
}

double bucket_seconds(int bucket) {
  return bucket < 1 ? 0.0 : std::pow(growth, bucket - 0.5) / 1'000.0;
}

double percentile_seconds(const duration_counts& counts, double part) {
  std::uint64_t total = 0;
  for (const auto& [bucket, count] : counts)
    total += count;
  const auto rank = std::max<std::uint64_t>(
    static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(total))), 1);
  std::uint64_t passed = 0;
  for (const auto& [bucket, count] : counts) {
    passed += count;
    if (passed >= rank)
      return bucket_seconds(bucket);
  }
  return 0;
}

} // namespace sagas
