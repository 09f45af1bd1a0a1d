// One statement for many rows: a round trip to the server for 64 of them, not one each.
// Internal to persistence/.
#pragma once

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "persistence/fields.hpp"

namespace sagas {

/// The text of a statement of n rows: head, then the row n times with `joint` between, then tail;
/// then the same with further lists. A # in a row is its number, from 1 on.
struct bulk_text {
  struct list {
    std::string row, joint, tail;
  };
  std::string head, row, joint, tail;
  std::vector<list> more = {};

  std::string of(std::size_t rows) const {
    std::string all = head;
    add(all, {row, joint, tail}, rows);
    for (const list& each : more)
      add(all, each, rows);
    return all;
  }

private:
  static void add(std::string& to, const list& what, std::size_t rows) {
    for (std::size_t i = 1; i <= rows; ++i) {
      std::string text = what.row;
      if (const std::size_t at = text.find('#'); at != std::string::npos)
        text.replace(at, 1, std::to_string(i));
      to += (i > 1 ? what.joint : "") + text;
    }
    to += what.tail;
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
/// its fields in the order of the row's placeholders; row.each_of(n, visit) those of the n-th
/// further list.
template <class Row>
class mysql_bulk {
public:
  mysql_bulk(soci::session& session, const bulk_text& text, const Row& like = Row{})
    : more_(text.more.size()), rows_(sizes.front(), like) {
    statements_.reserve(sizes.size());
    for (const std::size_t size : sizes) {
      soci::statement& made = statements_.emplace_back(session);
      const auto bind = [&made](auto& field) { use_field(made, field); };
      for (std::size_t i = 0; i < size; ++i)
        rows_[i].each(bind);
      for (std::size_t list = 0; list < text.more.size(); ++list)
        for (std::size_t i = 0; i < size; ++i)
          each_of(rows_[i], list, bind);
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
    for (std::size_t list = 0; list < more_; ++list)
      each_of(row, list, [&](const auto& field) { bytes_ += size_of(field); });
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
  static constexpr std::array<std::size_t, 7> sizes{64, 32, 16, 8, 4, 2, 1};
  // With the largest row behind it and every byte escaped: below what check_mysql_server asks for.
  static constexpr std::size_t bytes_max = 1U << 20;

  static std::size_t size_of(const text_field& field) {
    return field.is_null() ? 0 : field.text.size();
  }
  template <class Number>
  static std::size_t size_of(const Number&) {
    return 8;
  }

  template <class Visit>
  static void each_of(Row& row, std::size_t list, Visit see) {
    if constexpr (requires { row.each_of(list, see); })
      row.each_of(list, see);
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

  const std::size_t more_; // lists
  std::vector<Row> rows_;
  std::vector<soci::statement> statements_;
  std::size_t used_ = 0;
  std::size_t bytes_ = 0;
  long long added_ = 0;
  long long affected_ = 0;
};

} // namespace sagas
