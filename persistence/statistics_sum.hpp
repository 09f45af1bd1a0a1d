// Adds up counted rows to the statistics that are shown: the same sum for every store.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "persistence/histogram.hpp"
#include "saga/queries.hpp"

namespace sagas {

/// Durations of one kind: how many fell into each bucket, and their sum.
struct duration_sum {
  duration_counts counts;
  std::int64_t sum_ms = 0;

  void add(int bucket, std::uint64_t count, std::int64_t ms);
  duration_summary summary() const;
};

class statistics_sum {
public:
  void add_sagas(const std::string& type, const std::string& end, std::uint64_t count);
  void add_saga_durations(int bucket, std::uint64_t count, std::int64_t ms);

  /// Of one operation of a step of a type.
  struct step_key {
    std::string type;
    std::string step;
    operation op = operation::action;
    auto operator<=>(const step_key&) const = default;
  };
  void add_attempts(const step_key& of, const std::string& end, std::uint64_t count,
                    std::uint64_t retries);
  void add_attempt_durations(const step_key& of, int bucket, std::uint64_t count, std::int64_t ms);

  /// @param last_day sagas started in the last 24 hours
  statistics finish(std::uint64_t last_day) &&;

private:
  statistics made_;
  duration_sum durations_;
  struct step_sum {
    step_statistics made;
    duration_sum durations;
  };
  std::map<step_key, step_sum> steps_;
};

} // namespace sagas
