// One statement for many rows: a round trip to the server for 64 of them, not one each.
// Internal to persistence/.
#pragma once

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "persistence/fields.hpp"

namespace sagas {

/// The text of a statement of n rows: head, then the row n times with `joint` between, then tail.
struct bulk_text {
  std::string head, row, joint, tail;
  std::string of(std::size_t rows) const {
    std::string all = head + row;
    for (std::size_t i = 1; i < rows; ++i)
      all += joint + row;
    return all + tail;
  }
};

/// "(:p, :p, :p)"
inline std::string placeholders(std::size_t columns) {
  std::string text = "(:p";
  for (std::size_t i = 1; i < columns; ++i)
    text += ", :p";
  return text + ")";
}

/// Collects rows and runs the statement for them. A Row can be copied, and row.each(visit) visits
/// its fields in the order of the row's placeholders.
template <class Row>
class mysql_bulk {
public:
  mysql_bulk(soci::session& session, const bulk_text& text, const Row& like = Row{})
    : rows_(sizes.front(), like) {
    statements_.reserve(sizes.size());
    for (const std::size_t size : sizes) {
      soci::statement& made = statements_.emplace_back(session);
      for (std::size_t i = 0; i < size; ++i)
        rows_[i].each([&](auto& field) { use_field(made, field); });
      prepare(made, text.of(size));
    }
  }

  /// `fill(row)` sets every field of one more row. Throws when a full load is refused.
  template <class Fill>
  void add(Fill fill) {
    if (used_ == rows_.size() || bytes_ >= bytes_max)
      send();
    Row& row = rows_[used_++];
    fill(row);
    row.each([&](const auto& field) { bytes_ += size_of(field); });
    ++added_;
  }

  /// Sends what is left; true when as many rows were found or inserted as were added. Throws.
  bool finish() {
    send();
    return std::exchange(affected_, 0) == std::exchange(added_, 0);
  }

  /// Forgets what was not sent.
  void clear() {
    used_ = bytes_ = 0;
    added_ = affected_ = 0;
  }

private:
  static constexpr std::array<std::size_t, 3> sizes{64, 8, 1};
  // With the largest row behind it and every byte escaped: below what check_mysql_server asks for.
  static constexpr std::size_t bytes_max = 1U << 20;

  static std::size_t size_of(const text_field& field) {
    return field.is_null() ? 0 : field.text.size();
  }
  template <class Number>
  static std::size_t size_of(const Number&) {
    return 8;
  }

  void send() {
    std::size_t sent = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      for (; used_ - sent >= sizes[i]; sent += sizes[i]) {
        // The statement's variables are the first rows.
        for (std::size_t k = 0; sent > 0 && k < sizes[i]; ++k) {
          using std::swap;
          swap(rows_[k], rows_[sent + k]);
        }
        affected_ += run(statements_[i]);
      }
    used_ = bytes_ = 0;
  }

  std::vector<Row> rows_;
  std::vector<soci::statement> statements_;
  std::size_t used_ = 0;
  std::size_t bytes_ = 0;
  long long added_ = 0;
  long long affected_ = 0;
};

} // namespace sagas
