#include "persistence/plain_sqlite.hpp"

#include <filesystem>

#include <sqlite3.h>

#include "persistence/schema.hpp"
#include "persistence/sqlite_session.hpp"

namespace sagas {
namespace {

constexpr int wait_ms = 5'000; // for a writer that checkpoints

// As a URI: only so can SQLite be told that nobody else has the file.
std::string uri_of(const std::string& path, opened_as how) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char each : std::filesystem::absolute(path).string()) {
    const auto code = static_cast<unsigned char>(each);
    if (each == '?' || each == '#' || each == '%')
      uri += std::string{'%'} + digits[code >> 4] + digits[code & 15];
    else
      uri += each;
  }
  return uri + (how == opened_as::at_rest ? "?immutable=1" : "");
}

int take_row(void* to, int, char** values, char**) {
  const auto& take = *static_cast<const std::function<void(std::string)>*>(to);
  if (take)
    take(values[0] == nullptr ? "" : values[0]);
  return 0;
}

} // namespace

void plain_sqlite::closer::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

result<plain_sqlite> plain_sqlite::open(const std::string& path, opened_as how) {
  if (!std::filesystem::is_regular_file(path))
    return {errc::not_found, "there is no file " + path};
  plain_sqlite made;
  made.path_ = path;
  sqlite3* handle = nullptr;
  const int flags = how == opened_as::writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(uri_of(path, how).c_str(), &handle, flags | SQLITE_OPEN_URI,
                                   nullptr);
  made.handle_.reset(handle);
  if (code != SQLITE_OK)
    return made.why(code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, wait_ms);
  return made;
}

result<plain_sqlite> plain_sqlite::in_memory() {
  plain_sqlite made;
  made.path_ = "(in memory)";
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE, nullptr);
  made.handle_.reset(handle);
  if (code != SQLITE_OK)
    return made.why(code);
  return made;
}

status plain_sqlite::run(const std::string& sql, const std::function<void(std::string)>& take) {
  auto* to = const_cast<std::function<void(std::string)>*>(&take);
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), take_row, to, nullptr);
  if (code != SQLITE_OK)
    return why(code);
  return nothing{};
}

result<std::uint32_t> plain_sqlite::number(const std::string& sql) {
  std::uint32_t read = 0;
  const status done = run(sql, [&](const std::string& text) {
    read = static_cast<std::uint32_t>(std::stoull("0" + text));
  });
  if (!done)
    return done.error();
  return read;
}

failure plain_sqlite::why(int code) const {
  failure what = sqlite_failure(code, sqlite3_errmsg(handle_.get()));
  what.message = path_ + ": " + what.message;
  return what;
}

result<std::uint32_t> store_version(plain_sqlite& file, const std::string& path) {
  const auto owner = file.number("PRAGMA application_id");
  if (!owner)
    return owner.error();
  if (*owner != schema::application_id)
    return {errc::corrupt, path + " is no database of sagas: give another path"};
  auto version = file.number("PRAGMA user_version");
  if (version && *version > schema::version())
    return {errc::conflict,
            path + " was written by a newer version of this program: run that version"};
  return version;
}

} // namespace sagas
