// Rows on their way between stores: a reader and a writer for each kind of database.
// Internal to persistence/.
#pragma once

#include <memory>
#include <vector>

#include "persistence/copied_tables.hpp"
#include "persistence/fields.hpp"

namespace sagas {

/// One row: a field for each of the table's columns. Numbers are written in decimals, reals as
/// short as they read back to the same, so that equal values are equal text in every database.
using copied_row = std::vector<text_field>;

/// A real number in that form; any other text as it is.
std::string canonical_real(std::string_view text);
std::string canonical_real(double value);

/// The rows of one table, in the order of its key.
class row_cursor {
public:
  virtual ~row_cursor() = default;
  /// Fills `to`; false behind the last row.
  virtual result<bool> next(copied_row& to) = 0;
};

/// One consistent moment of a store.
class copy_source {
public:
  virtual ~copy_source() = default;
  virtual std::uint32_t version() const = 0; ///< of its schema
  /// One cursor at a time; the source must outlive it.
  virtual result<std::unique_ptr<row_cursor>> open(const copied_table& table) = 0;
};

/// A store being filled, that nobody else sees or serves yet.
class copy_target {
public:
  virtual ~copy_target() = default;
  /// Rows of one table come together, and end with end_table().
  virtual status add(const copied_table& table, const copied_row& row) = 0;
  virtual status end_table() = 0;
  /// All tables are there.
  virtual status finish() = 0;
};

} // namespace sagas
