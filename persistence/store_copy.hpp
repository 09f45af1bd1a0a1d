// Copies of a whole store into a store of another kind: between a SQLite file and a database on a
// MySQL or MariaDB server.
//
// The source is read in one consistent moment, and may be served meanwhile. Feed positions stay
// what they are, so clients resume with the Last-Event-ID that they have.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "persistence/mysql_session.hpp"
#include "saga/result.hpp"

namespace sagas {

/// Told now and then: what is being done, to which table, and how many of its rows have been so.
/// No table: it is over.
using rows_progress =
  std::function<void(const char* doing, const std::string& table, std::uint64_t rows)>;

/// What a comparison of two stores, row by row, has found.
struct row_findings {
  std::uint64_t rows = 0; ///< that both have
  std::uint64_t differences_total = 0;
  std::vector<std::string> differences; ///< the first 100: table, key and columns
  /// Rows with bytes that are no UTF-8, which MySQL refuses: U+FFFD stands for each there.
  std::uint64_t mended = 0;
};

struct export_terms {
  mysql_terms from;
  std::string to;
  bool replace = false; ///< `to` may exist
  bool compared = true; ///< read both back and compare them before the file gets its name
  rows_progress progress = {};
};

/// Copies a database into a new SQLite file of mode 0600, which is on disk before it gets its name:
/// there is a whole copy or none. Errors: errc::not_found (no such database), errc::conflict (`to`
/// exists or a server holds it, or a newer program wrote the database), errc::corrupt (the
/// comparison found differences, named in `fields`), errc::unavailable.
result<row_findings> export_mysql(const export_terms& what);

struct import_terms {
  std::string from;
  bool backup = false; ///< nobody writes to `from`, and nothing is left beside it
  mysql_terms to;      ///< empty, absent, or a copy that was never finished
  /// Lifts the epochs above any that participants may have seen since `from` was copied.
  bool epochs_lifted = false;
  rows_progress progress = {};
};

/// Copies a SQLite file into a database, reads both back and compares them. Until all is equal the
/// database is marked, and no server opens it. Errors: errc::not_found (no such file),
/// errc::conflict (the database holds sagas, or a server has it; a newer program wrote the file),
/// errc::corrupt (the file, or differences, named in `fields`), errc::invalid_input (a row that
/// MySQL refuses, the server's settings), errc::unavailable.
result<row_findings> import_to_mysql(const import_terms& what);

} // namespace sagas
