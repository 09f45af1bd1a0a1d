// What one batch adds to the statistics: counted in memory, then written as one upsert a counter.
// Internal to persistence/.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "persistence/fields.hpp"
#include "saga/rows.hpp"

namespace sagas {

class tally {
public:
  /// A saga that is new, or whose header has changed.
  void count(const changes& what);
  /// A step's row that has ended.
  void count(const changes& what, const step_row& row) { count_end(what, row, 1); }
  /// A row that had ended as `old` says, and ends in another way now.
  void forget(const changes& what, const step_row& old) { count_end(what, old, -1); }

  /// Takes over what another tally has counted.
  void add(const tally& other);

  /// One counter: a row of a statistics table, for one hour. The definition is the batch's.
  struct key {
    const definition* plan = nullptr;
    std::int64_t hour = 0;   // since the epoch
    std::uint32_t step = 0;  // index + 1; 0: the saga
    std::uint16_t value = 0; // a status, or a bucket
    operation op = operation::action;
    bool is_bucket = false;
    bool operator==(const key&) const = default;
  };
  struct figures {
    std::int64_t count = 0;
    std::int64_t more = 0; // of a status: retries; of a bucket: sum of milliseconds
  };
  struct key_hash {
    std::size_t operator()(const key& of) const noexcept;
  };
  using counters = std::unordered_map<key, figures, key_hash>;
  const counters& all() const { return counters_; }

private:
  void count_end(const changes& what, const step_row& row, std::int64_t by);
  void count_duration(key of, timestamp started, timestamp ended, std::int64_t by);
  void add(const key& to, std::int64_t count, std::int64_t more);

  counters counters_;
};

/// One row of a statistics table; which of the four, the key says.
struct tally_record {
  text_field period, type, step, op, status;
  number_field bucket, count, more;
  /// All but the period.
  void set(const tally::key& of, const tally::figures& by);
};

/// Writes a tally into the statistics' tables, and which services its types call.
class tally_writer {
public:
  explicit tally_writer(soci::session& session);
  /// Throws.
  void write(const tally& what);

private:
  void write(const tally::key& of, const tally::figures& by);

  void write_services(const definition& plan);

  tally_record row_;
  text_field service_name_;
  soci::statement saga_count_, saga_duration_, step_count_, step_duration_, service_;
};

} // namespace sagas
