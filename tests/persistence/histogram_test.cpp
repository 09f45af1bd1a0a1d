#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "persistence/histogram.hpp"
#include "support/catch.hpp"

namespace sagas {

TEST_CASE("a bucket stands for each of its durations within 5 %", "[persistence]") {
  std::mt19937_64 random{7};
  std::vector<std::int64_t> durations;
  for (std::int64_t ms = 1; ms < 20'000; ++ms)
    durations.push_back(ms);
  for (int i = 0; i < 20'000; ++i)
    durations.push_back(1 + static_cast<std::int64_t>(random() % 100'000'000'000));
  double worst = 0;
  for (const std::int64_t ms : durations) {
    const auto taken_for = bucket_seconds(duration_bucket(milliseconds{ms})) * 1'000;
    worst = std::max(worst, std::abs(taken_for / static_cast<double>(ms) - 1));
  }
  CHECK(worst <= 0.05);
}

TEST_CASE("a duration of nothing, or a clock that stepped back, counts as nothing",
          "[persistence]") {
  CHECK(duration_bucket(milliseconds{0}) == 0);
  CHECK(duration_bucket(milliseconds{-5}) == 0);
  CHECK(bucket_seconds(0) == 0);
}

TEST_CASE("percentiles of a histogram are within 5 % of the true ones", "[persistence]") {
  std::mt19937_64 random{11};
  std::vector<std::int64_t> durations;
  duration_counts counts;
  for (int i = 0; i < 5'000; ++i) {
    durations.push_back(
      static_cast<std::int64_t>(std::exp(static_cast<double>(random() % 1'000) / 80)));
    ++counts[duration_bucket(milliseconds{durations.back()})];
  }
  std::sort(durations.begin(), durations.end());
  for (const double part : {0.001, 0.5, 0.95, 0.99, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(part * 5'000)) - 1;
    const double truth = static_cast<double>(durations[rank]) / 1'000;
    CHECK(std::abs(percentile_seconds(counts, part) / truth - 1) <= 0.05);
  }
}

TEST_CASE("a histogram of nothing has percentiles of nothing", "[persistence]") {
  CHECK(percentile_seconds({}, 0.95) == 0);
}

} // namespace sagas
