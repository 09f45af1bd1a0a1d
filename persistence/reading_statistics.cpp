// Statistics out of what the store has kept up.
#include "persistence/periods.hpp"
#include "persistence/read_sql.hpp"
#include "persistence/records.hpp"
#include "persistence/reading.hpp"
#include "persistence/statistics_sum.hpp"

namespace sagas::reading {
namespace {

using hours = std::chrono::hours;

struct saga_count_record {
  text_field type, status;
  number_field count;
  void fill(soci::statement& from) { fill_fields(from, type, status, count); }
};

struct duration_record {
  number_field bucket, count, sum_ms;
  void fill(soci::statement& from) { fill_fields(from, bucket, count, sum_ms); }
};

struct attempt_count_record {
  text_field type, step, op, status;
  number_field count, retries;
  void fill(soci::statement& from) { fill_fields(from, type, step, op, status, count, retries); }
};

struct attempt_duration_record {
  text_field type, step, op;
  number_field bucket, count, sum_ms;
  void fill(soci::statement& from) { fill_fields(from, type, step, op, bucket, count, sum_ms); }
};

template <class Record>
statistics_sum::step_key key_of(const Record& row) {
  const auto op = parse_operation(row.op.as_text());
  if (!op)
    throw damaged_row{"an operation that is none"};
  return {row.type.as_text(), row.step.as_text(), *op};
}

using ranges = std::vector<periods::range>;

// The rows of all ranges.
template <class Record, class Take>
void each(row_reader& from, const std::string& sql, const ranges& in, Take take) {
  for (const periods::range& range : in)
    from.ask<Record>(sql, std::vector{range.first, range.behind}, take);
}

std::uint64_t started_since(row_reader& from, timestamp since) {
  std::uint64_t count = 0;
  each<saga_count_record>(
    from, read_sql::saga_counts, periods::between(since, {}),
    [&](const saga_count_record& row) { count += row.count.as<std::uint64_t>(); });
  return count;
}

} // namespace

std::uint64_t active_total(row_reader& from) {
  std::uint64_t total = 0;
  each<saga_count_record>(
    from, read_sql::saga_counts, periods::between({}, {}), [&](const saga_count_record& row) {
      const auto state = parse_saga_status(row.status.as_text());
      total += state && !is_terminal(*state) ? row.count.as<std::uint64_t>() : 0;
    });
  return total;
}

statistics stats(row_reader& from, std::optional<timestamp> since, std::optional<timestamp> until,
                 timestamp now) {
  const ranges in = periods::between(since, until);
  statistics_sum sum;
  each<saga_count_record>(from, read_sql::saga_counts, in, [&](const saga_count_record& row) {
    sum.add_sagas(row.type.as_text(), row.status.as_text(), row.count.as<std::uint64_t>());
  });
  each<duration_record>(from, read_sql::saga_durations, in, [&](const duration_record& row) {
    sum.add_saga_durations(row.bucket.as<int>(), row.count.as<std::uint64_t>(), row.sum_ms.value);
  });
  each<attempt_count_record>(
    from, read_sql::attempt_counts, in, [&](const attempt_count_record& row) {
      sum.add_attempts(key_of(row), row.status.as_text(), row.count.as<std::uint64_t>(),
                       row.retries.as<std::uint64_t>());
    });
  each<attempt_duration_record>(
    from, read_sql::attempt_durations, in, [&](const attempt_duration_record& row) {
      sum.add_attempt_durations(key_of(row), row.bucket.as<int>(), row.count.as<std::uint64_t>(),
                                row.sum_ms.value);
    });
  return std::move(sum).finish(started_since(from, now - hours{24}));
}

} // namespace sagas::reading
