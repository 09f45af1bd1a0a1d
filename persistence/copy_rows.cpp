#include "persistence/copy_rows.hpp"

#include <charconv>
#include <compare>
#include <optional>
#include <utility>

#include "saga/text.hpp"

namespace sagas {
namespace {

constexpr std::size_t differences_kept = 100;
constexpr std::uint64_t tell_every = 4'096; // rows

// A failure, with the table that it came in.
failure in_table(const copied_table& table, failure why) {
  why.message = table.name + ": " + why.message;
  return why;
}

// For people: a caller's keys may hold anything.
std::string key_of(const copied_table& table, const copied_row& row) {
  std::string text;
  for (const std::size_t place : table.key)
    text += (text.empty() ? "" : "/") + (place < row.size() ? row[place].as_text() : "");
  for (char& each : text)
    if (static_cast<unsigned char>(each) < 0x20 || each == 0x7f)
      each = '?';
  return repair_utf8(text);
}

// Rows go in many at once: it is this one or one of the 64 before.
failure at_row(const copied_table& table, const copied_row& row, failure why) {
  why.message += " (at or shortly before the key " + key_of(table, row) + ")";
  return in_table(table, std::move(why));
}

std::strong_ordering order_of(const copied_table& table, const copied_row& a, const copied_row& b) {
  for (const std::size_t place : table.key) {
    const std::string &left = a[place].text, &right = b[place].text;
    std::strong_ordering found = left <=> right;
    if (table.columns[place].of == copied_table::kind::number) {
      std::int64_t first = 0, second = 0;
      std::from_chars(left.data(), left.data() + left.size(), first);
      std::from_chars(right.data(), right.data() + right.size(), second);
      found = first <=> second;
    }
    if (found != std::strong_ordering::equal)
      return found;
  }
  return std::strong_ordering::equal;
}

// One side of a comparison: a table's cursor and the row that it stands at.
class side {
public:
  side(copy_source& of, const copied_table& table) : table_(table), cursor_(of.open(table)) {}

  status advance() {
    if (!cursor_)
      return in_table(table_, cursor_.error());
    const auto moved = (*cursor_)->next(row_);
    if (!moved)
      return in_table(table_, moved.error());
    at_end_ = !*moved;
    return nothing{};
  }
  const copied_row* row() const { return at_end_ ? nullptr : &row_; }

private:
  const copied_table& table_;
  result<std::unique_ptr<row_cursor>> cursor_;
  copied_row row_;
  bool at_end_ = false;
};

class comparison {
public:
  comparison(copy_source& from, copy_source& to, const rows_progress& progress)
    : from_(from), to_(to), progress_(progress) {}

  status compare(const copied_table& table) {
    side a{from_, table}, b{to_, table};
    status moved = a.advance();
    if (moved)
      moved = b.advance();
    for (std::uint64_t rows = 0; moved && (a.row() || b.row()); ++rows) {
      if (progress_ && rows % tell_every == 0)
        progress_("comparing", table.name, rows);
      const auto order = !a.row()   ? std::strong_ordering::greater
                         : !b.row() ? std::strong_ordering::less
                                    : order_of(table, *a.row(), *b.row());
      if (order < 0)
        note(table, *a.row(), "is missing in the copy");
      else if (order > 0)
        note(table, *b.row(), "is in the copy alone");
      else
        compare(table, *a.row(), *b.row());
      if (order <= 0)
        moved = a.advance();
      if (moved && order >= 0)
        moved = b.advance();
    }
    return moved;
  }

  row_findings found;

private:
  void compare(const copied_table& table, const copied_row& a, const copied_row& b) {
    ++found.rows;
    std::string differing;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (a[i].is_null() != b[i].is_null() || (!a[i].is_null() && a[i].text != b[i].text))
        differing += (differing.empty() ? "differs in " : ", ") + table.columns[i].name;
    if (!differing.empty())
      note(table, a, differing);
  }

  // Never the values themselves: they are the users'.
  void note(const copied_table& table, const copied_row& row, const std::string& what) {
    ++found.differences_total;
    if (found.differences.size() < differences_kept)
      found.differences.push_back(table.name + " " + key_of(table, row) + " " + what);
  }

  copy_source& from_;
  copy_source& to_;
  const rows_progress& progress_;
};

result<std::uint64_t> copy_table(copy_source& from, copy_target& to, const copied_table& table,
                                 const rows_progress& progress) {
  auto rows = from.open(table);
  if (!rows)
    return in_table(table, rows.error());
  copied_row row;
  std::uint64_t count = 0;
  for (;; ++count) {
    if (progress && count % tell_every == 0)
      progress("copying", table.name, count);
    const auto found = (*rows)->next(row);
    if (!found)
      return in_table(table, found.error());
    if (!*found)
      break;
    if (const status added = to.add(table, row); !added)
      return at_row(table, row, added.error());
  }
  if (const status ended = to.end_table(); !ended)
    return at_row(table, row, ended.error());
  return count;
}

} // namespace

result<std::uint64_t> copy_rows(copy_source& from, copy_target& to, const rows_progress& progress) {
  const auto tables = copied_tables(from.version());
  if (!tables)
    return tables.error();
  std::uint64_t all = 0;
  for (const copied_table& each : *tables) {
    const auto copied = copy_table(from, to, each, progress);
    if (!copied)
      return copied;
    all += *copied;
  }
  if (const status finished = to.finish(); !finished)
    return finished.error();
  if (progress)
    progress("copied", {}, all);
  return all;
}

result<row_findings> compare_rows(copy_source& from, copy_source& to,
                                  const rows_progress& progress) {
  const auto tables = copied_tables(from.version());
  if (!tables)
    return tables.error();
  comparison made{from, to, progress};
  for (const copied_table& each : *tables)
    if (const status compared = made.compare(each); !compared)
      return compared.error();
  if (progress)
    progress("compared", {}, made.found.rows);
  return made.found;
}

} // namespace sagas
