#include "app/audit/sqlite.hpp"

#include <filesystem>
#include <string_view>

#include <sqlite3.h>

namespace sagas::audit {
namespace {

constexpr int wait_ms = 5'000; // for a writer that checkpoints

failure why(sqlite3* handle, const std::string& what) {
  return {errc::corrupt, what + ": " + sqlite3_errmsg(handle)};
}

std::string_view view(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  const int size = sqlite3_column_bytes(statement, column);
  return text ? std::string_view{text, static_cast<std::size_t>(size)} : std::string_view{};
}

} // namespace

void rows::finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void database::closer::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

bool rows::next() {
  if (error_)
    return false;
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    error_ = why(sqlite3_db_handle(statement_.get()), "cannot be read to the end");
  return code == SQLITE_ROW;
}

std::string rows::text(int column) { return std::string{view(statement_.get(), column)}; }

std::int64_t rows::integer(int column) { return sqlite3_column_int64(statement_.get(), column); }

bool rows::is_null(int column) {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::optional<timestamp> rows::time(int column) {
  return parse_iso(view(statement_.get(), column));
}

result<database> database::open(const std::string& path) {
  if (!std::filesystem::exists(path))
    return {errc::not_found, "there is no file " + path};
  database opened;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr);
  opened.handle_.reset(handle);
  opened.path_ = path;
  if (code != SQLITE_OK)
    return why(handle, path);
  sqlite3_busy_timeout(handle, wait_ms);
  if (sqlite3_exec(handle, "BEGIN; SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr)
      != SQLITE_OK)
    return why(handle, path);
  return opened;
}

rows database::query(const char* sql, const std::string& parameter) {
  rows made;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql, -1, &statement, nullptr) != SQLITE_OK)
    made.error_ = why(handle_.get(), path_);
  made.statement_.reset(statement);
  if (!made.error_ && sqlite3_bind_parameter_count(statement) > 0)
    sqlite3_bind_text(statement, 1, parameter.c_str(), -1, SQLITE_TRANSIENT);
  return made;
}

} // namespace sagas::audit
