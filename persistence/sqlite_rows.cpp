#include "persistence/sqlite_rows.hpp"

#include <charconv>
#include <map>
#include <utility>

#include <soci/soci.h>
#include <sqlite3.h>

#include "persistence/schema_upgrade.hpp"
#include "persistence/sqlite_session.hpp"

namespace sagas {
namespace {

struct finalizer {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using statement_ptr = std::unique_ptr<sqlite3_stmt, finalizer>;

result<statement_ptr> prepare_plain(plain_sqlite& file, const std::string& sql) {
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v2(file.handle(), sql.c_str(), -1, &made, nullptr);
  if (code != SQLITE_OK)
    return file.why(code);
  return statement_ptr{made};
}

void read_cell(sqlite3_stmt* from, int column, text_field& to) {
  switch (sqlite3_column_type(from, column)) {
  case SQLITE_NULL: to.clear(); return;
  case SQLITE_FLOAT: to.set(canonical_real(sqlite3_column_double(from, column))); return;
  default: break;
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(from, column));
  to.set({text, static_cast<std::size_t>(sqlite3_column_bytes(from, column))});
}

class sqlite_cursor final : public row_cursor {
public:
  sqlite_cursor(plain_sqlite& file, statement_ptr rows) : file_(file), rows_(std::move(rows)) {}

  result<bool> next(copied_row& to) override {
    const int code = sqlite3_step(rows_.get());
    if (code == SQLITE_DONE)
      return false;
    if (code != SQLITE_ROW)
      return file_.why(code);
    to.resize(static_cast<std::size_t>(sqlite3_column_count(rows_.get())));
    for (std::size_t i = 0; i < to.size(); ++i)
      read_cell(rows_.get(), static_cast<int>(i), to[i]);
    return true;
  }

private:
  plain_sqlite& file_;
  statement_ptr rows_;
};

class sqlite_source final : public copy_source {
public:
  sqlite_source(plain_sqlite file, std::uint32_t version)
    : file_(std::move(file)), version_(version) {}

  std::uint32_t version() const override { return version_; }

  result<std::unique_ptr<row_cursor>> open(const copied_table& table) override {
    auto rows = prepare_plain(file_, "SELECT " + table.column_list() + " FROM " + table.name
                                       + " ORDER BY " + table.key_list());
    if (!rows)
      return rows.error();
    return std::unique_ptr<row_cursor>{std::make_unique<sqlite_cursor>(file_, std::move(*rows))};
  }

private:
  plain_sqlite file_;
  const std::uint32_t version_;
};

// A number goes in as one; what is none stays text, for the audit to find.
int bind_cell(sqlite3_stmt* to, int place, copied_table::kind kind, const text_field& cell) {
  if (cell.is_null())
    return sqlite3_bind_null(to, place);
  const char* const end = cell.text.data() + cell.text.size();
  if (kind == copied_table::kind::number) {
    std::int64_t number = 0;
    const auto read = std::from_chars(cell.text.data(), end, number);
    if (read.ec == std::errc{} && read.ptr == end)
      return sqlite3_bind_int64(to, place, number);
  } else if (kind == copied_table::kind::real) {
    double number = 0;
    const auto read = std::from_chars(cell.text.data(), end, number);
    if (read.ec == std::errc{} && read.ptr == end)
      return sqlite3_bind_double(to, place, number);
  }
  return sqlite3_bind_text64(to, place, cell.text.data(), cell.text.size(), SQLITE_STATIC,
                             SQLITE_UTF8);
}

class sqlite_target final : public copy_target {
public:
  explicit sqlite_target(plain_sqlite file) : file_(std::move(file)) {}

  status add(const copied_table& table, const copied_row& row) override {
    statement_ptr& insert = inserts_[table.name];
    if (!insert) {
      std::string values = "?";
      for (std::size_t i = 1; i < table.columns.size(); ++i)
        values += ", ?";
      auto made = prepare_plain(file_, "INSERT INTO " + table.name + " (" + table.column_list()
                                         + ") VALUES (" + values + ")");
      if (!made)
        return made.error();
      insert = std::move(*made);
    }
    int code = SQLITE_OK;
    for (std::size_t i = 0; i < row.size() && code == SQLITE_OK; ++i)
      code = bind_cell(insert.get(), static_cast<int>(i) + 1, table.columns[i].of, row[i]);
    if (code == SQLITE_OK)
      code = sqlite3_step(insert.get());
    const status done = code == SQLITE_DONE ? status{nothing{}} : status{file_.why(code)};
    sqlite3_reset(insert.get());
    return done;
  }

  status end_table() override { return nothing{}; }

  status finish() override {
    inserts_.clear();
    return file_.run("COMMIT");
  }

private:
  plain_sqlite file_;
  std::map<std::string, statement_ptr> inserts_; // go before the file
};

} // namespace

result<std::unique_ptr<copy_source>> read_sqlite_rows(const std::string& path, opened_as how) {
  auto file = plain_sqlite::open(path, how);
  if (!file)
    return file.error();
  // The open transaction keeps the moment.
  if (const status fixed = file->run("BEGIN; SELECT count(*) FROM sqlite_schema"); !fixed)
    return fixed.error();
  const auto version = store_version(*file, path);
  if (!version)
    return version.error();
  std::string verdict;
  if (const status read = file->run("PRAGMA integrity_check(1)",
                                    [&](std::string row) { verdict = std::move(row); });
      !read)
    return read.error();
  if (verdict != "ok")
    return {errc::corrupt, path + " is damaged, and not copied: " + verdict};
  return std::unique_ptr<copy_source>{std::make_unique<sqlite_source>(std::move(*file), *version)};
}

result<std::unique_ptr<copy_target>> fill_sqlite_file(const std::string& path,
                                                      std::uint32_t version) {
  const status made = as_value([&]() -> status {
    const auto session = open_session({.path = path});
    return upgrade_schema(*session, schema::migrations().first(version));
  });
  if (!made)
    return made.error();
  auto file = plain_sqlite::open(path, opened_as::writer);
  if (!file)
    return file.error();
  // Until all is there nobody relies on it: neither a journal nor a sync.
  const status ready = file->run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; "
                                 "PRAGMA cache_size=-65536; PRAGMA foreign_keys=OFF; BEGIN");
  if (!ready)
    return ready.error();
  return std::unique_ptr<copy_target>{std::make_unique<sqlite_target>(std::move(*file))};
}

} // namespace sagas
