// Variables that a prepared statement reads its parameters from, or puts a row's columns into:
// bound once, used by every execution. Internal to persistence/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <soci/soci.h>

#include "persistence/columns.hpp"
#include "saga/document.hpp"
#include "saga/ids.hpp"

namespace sagas {

/// A text column; NULL for none. Keeps its room, so that setting it again allocates nothing.
struct text_field {
  std::string text;
  soci::indicator state = soci::i_null;

  bool is_null() const { return state != soci::i_ok; }
  void clear() { state = soci::i_null; }
  void set(std::string_view what) {
    text.assign(what);
    state = soci::i_ok;
  }
  void set_or_null(std::string_view what) { what.empty() ? clear() : set(what); }
  void set(const saga_id& id) { set(to_text(id)); }
  void set_document(const document& what) { what.empty() ? clear() : set(what.text()); }
  void set(timestamp at) {
    put_datetime(at, text);
    state = soci::i_ok;
  }
  void set(const std::optional<timestamp>& at) { at ? set(*at) : clear(); }

  /// NULL is empty.
  std::string as_text() const { return is_null() ? std::string{} : text; }
  document as_document() const { return is_null() ? document{} : document{text}; }
  // These throw damaged_row when the column holds anything else.
  saga_id as_id() const;
  timestamp as_time() const;
  std::optional<timestamp> as_time_or_null() const;
};

struct number_field {
  long long value = 0;
  template <class T>
  T as() const {
    return static_cast<T>(value);
  }
};

/// A FLOAT of seconds; NULL for none.
struct seconds_field {
  double value = 0;
  soci::indicator state = soci::i_null;
  void set(std::optional<milliseconds> took) {
    state = took ? soci::i_ok : soci::i_null;
    value = to_seconds(took.value_or(milliseconds{0}));
  }
};

// In one expression each: what soci::use() returns refers to a default argument of its own.
inline void use_field(soci::statement& to, text_field& field) {
  to.exchange(soci::use(field.text, field.state));
}
inline void use_field(soci::statement& to, number_field& field) {
  to.exchange(soci::use(field.value));
}
inline void use_field(soci::statement& to, seconds_field& field) {
  to.exchange(soci::use(field.value, field.state));
}
inline void fill_field(soci::statement& to, text_field& field) {
  to.exchange(soci::into(field.text, field.state));
}
inline void fill_field(soci::statement& to, number_field& field) {
  to.exchange(soci::into(field.value));
}

/// Says which fields are a statement's parameters, in the order of its text.
template <class... Fields>
void use_fields(soci::statement& to, Fields&... fields) {
  (use_field(to, fields), ...);
}
/// Says which fields take a statement's columns, in their order.
template <class... Fields>
void fill_fields(soci::statement& to, Fields&... fields) {
  (fill_field(to, fields), ...);
}
/// Prepares a statement whose fields have been named. Throws.
inline void prepare(soci::statement& to, const std::string& sql) {
  to.alloc();
  to.prepare(sql);
  to.define_and_bind();
}

/// A statement of parameters only. The fields must outlive it.
template <class... Fields>
soci::statement make_write(soci::session& session, const std::string& sql, Fields&... fields) {
  soci::statement made{session};
  use_fields(made, fields...);
  prepare(made, sql);
  return made;
}

/// Executes a statement; whether there is a row. Throws; SOCI's back end of MySQL would forget its
/// copies of the parameters then, so they are given back first.
inline bool execute(soci::statement& what) {
  try {
    return what.execute(true);
  } catch (...) {
    what.undefine_and_bind();
    what.define_and_bind();
    throw;
  }
}

/// Runs a statement without columns; the number of rows that it changed. Throws.
inline long long run(soci::statement& what) {
  execute(what);
  return what.get_affected_rows();
}

/// Runs a query; `take` sees each row and may throw. The rows behind are fetched in vain then: a
/// query left halfway would keep its lock in SQLite.
template <class Take>
void each_row(soci::statement& what, Take take) {
  for (bool found = execute(what); found; found = what.fetch())
    try {
      take();
    } catch (...) {
      while (what.fetch()) {
      }
      throw;
    }
}

} // namespace sagas
