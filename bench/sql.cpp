#include "bench/sql.hpp"

#include <sqlite3.h>

namespace sagas::bench {

sql_session::sql_session(const std::filesystem::path& file) {
  // Read-write by name alone: SQLite's WAL wants that of readers when nobody else has it open.
  if (sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
    sqlite3_close(db_);
    throw failed{"can't open " + file.string()};
  }
  sqlite3_busy_timeout(db_, 10'000);
  sqlite3_exec(db_, "PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0", nullptr, nullptr, nullptr);
}

sql_session::~sql_session() { sqlite3_close(db_); }

std::string sql_session::text(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  std::string value;
  bool found = sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK
               && sqlite3_step(statement) == SQLITE_ROW;
  if (found)
    if (const auto* at = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)))
      value = at;
  const std::string error = found ? "" : sqlite3_errmsg(db_);
  sqlite3_finalize(statement);
  if (!found)
    throw failed{sql + ": " + error};
  return value;
}

std::int64_t sql_session::number(const std::string& sql) { return std::stoll(text(sql)); }

json durability_of(const std::filesystem::path& file) {
  return {{"journal_mode", sql_session{file}.text("PRAGMA journal_mode")}, {"synchronous", "FULL"}};
}

void check_count(const std::filesystem::path& file, const std::string& estado,
                 std::uint64_t expected) {
  const auto found = sql_session{file}.number("SELECT count(*) FROM sagas WHERE estado = '" + estado
                                              + "'");
  if (found != static_cast<std::int64_t>(expected))
    throw failed{file.string() + " holds " + std::to_string(found) + " sagas that are " + estado
                 + ", not " + std::to_string(expected)};
}

void remove_store(const std::filesystem::path& file) {
  for (const char* end : {"", "-wal", "-shm", ".lock"})
    std::filesystem::remove(file.string() + end);
}

double size_mib(const std::filesystem::path& file) {
  return static_cast<double>(std::filesystem::file_size(file)) / (1 << 20);
}

} // namespace sagas::bench
