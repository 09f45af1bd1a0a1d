// SQLite's own interface, read-only, in a few lines: the audit uses nothing of the stores' code.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "saga/result.hpp"
#include "saga/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sagas::audit {

/// A query at its rows. An error ends it as if there were no more rows: ask error() at the end.
class rows {
public:
  bool next();
  std::string text(int column); ///< "" for NULL
  std::int64_t integer(int column);
  bool is_null(int column);
  std::optional<timestamp> time(int column); ///< also nothing when it is no time
  const std::optional<failure>& error() const { return error_; }

private:
  friend class database;
  struct finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, finalizer> statement_;
  std::optional<failure> error_;
};

/// One file, seen as it was at the first query. Outlives its rows.
class database {
public:
  static result<database> open(const std::string& path);
  /// `sql` with at most one parameter, a text.
  rows query(const char* sql, const std::string& parameter = {});

private:
  struct closer {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, closer> handle_;
  std::string path_;
};

} // namespace sagas::audit
