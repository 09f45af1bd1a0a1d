// The rows of `ajustes` between statements and values, for every SQL database. Internal to
// persistence/.
#pragma once

#include <span>

#include "persistence/fields.hpp"
#include "saga/kept.hpp"

namespace sagas {

struct kept_record {
  text_field kind, name, content, changed;
  number_field position;

  void fill(soci::statement& from) { fill_fields(from, kind, name, content, position, changed); }
  void set(const kept_document& what);
  /// Throws damaged_row.
  kept_document value() const;
};

/// Behind every name, as a bound.
inline constexpr const char* names_end = "\U0010FFFF";

/// Makes these changes, inside a transaction; `when_present` is how the dialect puts the content of
/// a document that is there. Throws.
void write_kept(soci::session& to, const char* when_present, std::span<const kept_change> what);

} // namespace sagas
