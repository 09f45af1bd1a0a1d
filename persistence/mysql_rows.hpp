// The rows that the store sends to MySQL, as mysql_bulk.hpp takes them. Internal to persistence/.
#pragma once

#include "persistence/records.hpp"
#include "persistence/tally.hpp"

namespace sagas::mysql_rows {

template <class... Fields, class Visit>
void visit(Visit& see, Fields&... fields) {
  (see(fields), ...);
}

struct new_saga : saga_record {
  template <class Visit>
  void each(Visit see) {
    visit(see, id, type, version, status, way, cause, cancel_pending, recoveries, steps_total,
          started, ended, duration, deadline, campaign, user, error, origin, relation, origin_step,
          metadata, input);
  }
};

struct changed_saga : saga_record {
  template <class Visit>
  void each(Visit see) {
    visit(see, id, status, way, cause, cancel_pending, ended, duration, error);
  }
  template <class Visit>
  void each_of(std::size_t, Visit see) {
    see(id);
  }
};

struct new_step : step_record {
  template <class Visit>
  void each(Visit see) {
    visit(see, saga, order, index, step_id, name, description, service, op, status, kind, attempt,
          base, started, ended, duration, due, error, input, output);
  }
};

struct ended_step : step_record {
  template <class Visit>
  void each(Visit see) {
    visit(see, saga, order, status, kind, ended, duration, due, error);
  }
  template <class Visit>
  void each_of(std::size_t list, Visit see) {
    list == 0 ? visit(see, output) : visit(see, saga, order);
  }
};

struct history {
  text_field saga, at, kind, step, by, reason;
  template <class Visit>
  void each(Visit see) {
    visit(see, saga, at, kind, step, by, reason);
  }
};

struct key {
  text_field text, saga, fingerprint;
  template <class Visit>
  void each(Visit see) {
    visit(see, text, saga, fingerprint);
  }
};

/// One of the four statistics' rows, with the writer that it belongs to.
struct saga_count : tally_record {
  number_field writer;
  template <class Visit>
  void each(Visit see) {
    visit(see, period, type, status, count, writer);
  }
};
struct saga_duration : tally_record {
  number_field writer;
  template <class Visit>
  void each(Visit see) {
    visit(see, period, type, bucket, count, more, writer);
  }
};
struct step_count : tally_record {
  number_field writer;
  template <class Visit>
  void each(Visit see) {
    visit(see, period, type, step, op, status, count, more, writer);
  }
};
struct step_duration : tally_record {
  number_field writer;
  template <class Visit>
  void each(Visit see) {
    visit(see, period, type, step, op, bucket, count, more, writer);
  }
};

struct service {
  text_field name, type;
  template <class Visit>
  void each(Visit see) {
    visit(see, name, type);
  }
};

struct saga_ref {
  text_field id;
  template <class Visit>
  void each(Visit see) {
    see(id);
  }
};

} // namespace sagas::mysql_rows
