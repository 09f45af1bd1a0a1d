// The rows of `ajustes` between statements and values, for every SQL database. Internal to
// persistence/.
#pragma once

#include <span>

#include "persistence/payload_codec.hpp"
#include "saga/kept.hpp"

namespace sagas {

struct kept_record {
  text_field kind, name, content, changed;
  number_field position;

  void fill(soci::statement& from) { fill_fields(from, kind, name, content, position, changed); }
  /// All but the content.
  void set(const kept_document& what);
  void set_content(const document& what, payload_codec& payloads);
  /// Throws damaged_row and locked_payload.
  kept_document value(payload_codec& payloads) const;
};

/// Behind every name, as a bound.
inline constexpr const char* names_end = "\U0010FFFF";

/// Makes these changes, inside a transaction; `when_present` is how the dialect puts the content of
/// a document that is there. Throws.
void write_kept(soci::session& to, payload_codec& payloads, const char* when_present,
                std::span<const kept_change> what);

} // namespace sagas
