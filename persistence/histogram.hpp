// Durations counted in buckets of growing width, so that a few hundred numbers give every
// percentile within 5 %. The statistics' tables hold these bucket numbers: never change them.
#pragma once

#include <cstdint>
#include <map>

#include "saga/time.hpp"

namespace sagas {

/// The bucket of a duration: 0 for less than a millisecond (or a negative one), else k >= 1 for
/// 1.1^(k-1) <= ms < 1.1^k.
int duration_bucket(milliseconds took);

/// What a duration of that bucket is taken for, in seconds: within 5 % of each.
double bucket_seconds(int bucket);

/// How many durations fell into each bucket.
using duration_counts = std::map<int, std::uint64_t>;

/// The duration that the share `part` (0 to 1) of all does not exceed, in seconds; 0 without any.
double percentile_seconds(const duration_counts& counts, double part);

} // namespace sagas
