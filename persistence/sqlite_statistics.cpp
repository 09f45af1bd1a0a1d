// Statistics out of what the store has kept up.
#include "persistence/read_sql.hpp"
#include "persistence/records.hpp"
#include "persistence/schema.hpp"
#include "persistence/sqlite_reading.hpp"
#include "persistence/statistics_sum.hpp"

namespace sagas::reading {
namespace {

using hours = std::chrono::hours;

// The hours lie between "" and ":", since they begin with a digit.
constexpr const char* before_all_hours = "";
constexpr const char* behind_all_hours = ":";

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

// The periods to add up: those of all time, or hours.
std::vector<std::string> periods(std::optional<timestamp> since, std::optional<timestamp> until) {
  if (!since && !until)
    return {schema::all_time, std::string{schema::all_time} + '\0'};
  return {since ? to_hour(*since) : before_all_hours,
          until ? to_hour(std::chrono::ceil<hours>(*until)) : behind_all_hours};
}

std::uint64_t started_since(read_session& from, timestamp since) {
  std::uint64_t count = 0;
  from.ask<saga_count_record>(
    read_sql::saga_counts, std::vector<std::string>{to_hour(since), behind_all_hours},
    [&](const saga_count_record& row) { count += row.count.as<std::uint64_t>(); });
  return count;
}

} // namespace

std::uint64_t active_total(read_session& from) {
  std::uint64_t total = 0;
  from.ask<saga_count_record>(
    read_sql::saga_counts, periods({}, {}), [&](const saga_count_record& row) {
      const auto state = parse_saga_status(row.status.as_text());
      total += state && !is_terminal(*state) ? row.count.as<std::uint64_t>() : 0;
    });
  return total;
}

statistics stats(read_session& from, std::optional<timestamp> since, std::optional<timestamp> until,
                 timestamp now) {
  const std::vector<std::string> range = periods(since, until);
  statistics_sum sum;
  from.ask<saga_count_record>(read_sql::saga_counts, range, [&](const saga_count_record& row) {
    sum.add_sagas(row.type.as_text(), row.status.as_text(), row.count.as<std::uint64_t>());
  });
  from.ask<duration_record>(read_sql::saga_durations, range, [&](const duration_record& row) {
    sum.add_saga_durations(row.bucket.as<int>(), row.count.as<std::uint64_t>(), row.sum_ms.value);
  });
  from.ask<attempt_count_record>(
    read_sql::attempt_counts, range, [&](const attempt_count_record& row) {
      sum.add_attempts(key_of(row), row.status.as_text(), row.count.as<std::uint64_t>(),
                       row.retries.as<std::uint64_t>());
    });
  from.ask<attempt_duration_record>(
    read_sql::attempt_durations, range, [&](const attempt_duration_record& row) {
      sum.add_attempt_durations(key_of(row), row.bucket.as<int>(), row.count.as<std::uint64_t>(),
                                row.sum_ms.value);
    });
  return std::move(sum).finish(started_since(from, now - hours{24}));
}

} // namespace sagas::reading
