#include "persistence/statistics_sum.hpp"

#include <utility>

#include "saga/status.hpp"

namespace sagas {

void duration_sum::add(int bucket, std::uint64_t count, std::int64_t ms) {
  counts[bucket] += count;
  sum_ms += ms;
}

duration_summary duration_sum::summary() const {
  duration_summary made;
  for (const auto& [bucket, count] : counts)
    made.count += count;
  if (made.count == 0)
    return made;
  made.mean_s = static_cast<double>(sum_ms) / 1'000.0 / static_cast<double>(made.count);
  made.p50_s = percentile_seconds(counts, 0.50);
  made.p95_s = percentile_seconds(counts, 0.95);
  made.p99_s = percentile_seconds(counts, 0.99);
  return made;
}

void statistics_sum::add_sagas(const std::string& type, const std::string& end,
                               std::uint64_t count) {
  if (count == 0) // all of that state have left it
    return;
  made_.total += count;
  made_.by_status[end] += count;
  made_.by_type[type] += count;
}

void statistics_sum::add_saga_durations(int bucket, std::uint64_t count, std::int64_t ms) {
  durations_.add(bucket, count, ms);
}

void statistics_sum::add_attempts(const step_key& of, const std::string& end, std::uint64_t count,
                                  std::uint64_t retries) {
  if (count == 0)
    return;
  step_statistics& step = steps_[of].made;
  step.by_status[end] += count;
  step.retries += retries;
}

void statistics_sum::add_attempt_durations(const step_key& of, int bucket, std::uint64_t count,
                                           std::int64_t ms) {
  if (count > 0)
    steps_[of].durations.add(bucket, count, ms);
}

statistics statistics_sum::finish(std::uint64_t last_day) && {
  for (int i = 0; i < saga_status_count; ++i)
    made_.by_status.try_emplace(to_text(static_cast<saga_status>(i)), 0);
  made_.durations = durations_.summary();
  made_.last_day = last_day;
  for (auto& [key, step] : steps_) {
    step.made.type = key.type;
    step.made.step = key.step;
    step.made.op = key.op;
    step.made.durations = step.durations.summary();
    made_.steps.push_back(std::move(step.made));
  }
  return std::move(made_);
}

} // namespace sagas
