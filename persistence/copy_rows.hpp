// Copies all rows of a store into another, and compares two stores row by row.
// Internal to persistence/.
#pragma once

#include "persistence/copied_rows.hpp"
#include "persistence/store_copy.hpp"

namespace sagas {

/// Gives every row of every table to `to`, and finishes it. The number of rows.
result<std::uint64_t> copy_rows(copy_source& from, copy_target& to, const rows_progress& progress);

/// Reads both side by side, in the order of the keys, and compares every column of every row.
result<row_findings> compare_rows(copy_source& from, copy_source& to,
                                  const rows_progress& progress);

} // namespace sagas
