#include "app/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sagas::load {
namespace {

// Below 2^7 each value has a bucket of its own; above, each power of two is cut into 2^6.
constexpr unsigned fine_bits = 6;
constexpr std::uint64_t fine = 1ULL << fine_bits;

std::size_t bucket_of(std::uint64_t value) {
  if (value < 2 * fine)
    return static_cast<std::size_t>(value);
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - fine_bits - 1;
  return static_cast<std::size_t>(shift * fine + (value >> shift));
}

// The largest value that falls into a bucket.
std::uint64_t end_of(std::size_t bucket) {
  if (bucket < 2 * fine)
    return bucket;
  const std::uint64_t shift = bucket / fine - 1;
  return ((bucket - shift * fine + 1) << shift) - 1;
}

} // namespace

void histogram::add(microseconds took) {
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
  const std::size_t bucket = bucket_of(value);
  if (bucket >= buckets_.size())
    buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  longest_ = std::max(longest_, took);
}

void histogram::add(const histogram& other) {
  buckets_.resize(std::max(buckets_.size(), other.buckets_.size()));
  for (std::size_t i = 0; i < other.buckets_.size(); ++i)
    buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  longest_ = std::max(longest_, other.longest_);
}

microseconds histogram::percentile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen > 0 && seen >= wanted)
      return std::min(microseconds{static_cast<std::int64_t>(end_of(i))}, longest_);
  }
  return microseconds{0};
}

double histogram::percentile_ms(double share) const {
  return static_cast<double>(percentile(share).count()) / 1'000;
}

} // namespace sagas::load
