// How rows of one table get from a database of either kind into an archive. Internal to
// persistence/.
#pragma once

#include <array>
#include <span>
#include <string>

#include "persistence/copied_tables.hpp"
#include "persistence/row_reader.hpp"
#include "saga/assert.hpp"

namespace sagas {

/// A row of `N` columns, each as text: SQLite makes numbers of it where the column wants them.
template <std::size_t N>
struct text_cells {
  std::array<text_field, N> cells;
  void fill(soci::statement& from) {
    for (text_field& each : cells)
      fill_field(from, each);
  }
};

/// All columns but `id`, by which each file numbers rows for itself.
template <std::size_t N>
class archive_rows {
public:
  /// @param rest of the query, which may name the parameter ?1
  archive_rows(soci::session& to, const copied_table& table, const std::string& rest)
    : insert_(to) {
    std::string columns, values;
    std::size_t count = 0;
    for (const copied_table::column& each : table.columns) {
      if (each.name == "id")
        continue;
      columns += (count == 0 ? "" : ", ") + each.name;
      values += (count == 0 ? ":c" : ", :c") + std::to_string(count);
      ++count;
    }
    SAGAS_ASSERT(count == N);
    select_ = "SELECT " + columns + " FROM " + table.name + " " + rest;
    for (text_field& each : row_.cells)
      use_field(insert_, each);
    // Passes over what is there already, and over nothing else.
    prepare(insert_, "INSERT INTO " + table.name + " (" + columns + ") VALUES (" + values
                       + ") ON CONFLICT DO NOTHING");
  }

  /// The number of rows that are new. Throws.
  long long copy(row_reader& from, std::span<const std::string> parameters) {
    long long added = 0;
    from.ask<text_cells<N>>(select_, parameters, [&](const text_cells<N>& row) {
      row_ = row;
      added += run(insert_);
    });
    return added;
  }

private:
  std::string select_;
  text_cells<N> row_; // bound to insert_
  soci::statement insert_;
};

} // namespace sagas
