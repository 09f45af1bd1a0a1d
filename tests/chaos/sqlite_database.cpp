#include "chaos/sqlite_database.hpp"

#include <memory>

#include <sqlite3.h>

#include "app/audit/sqlite.hpp"
#include "app/demo/verdict.hpp"

namespace sagas::chaos {
namespace {

// Checkpoints stay with the one who owns the file.
constexpr const char* raise_epoch = "PRAGMA wal_autocheckpoint = 0;"
                                    "BEGIN IMMEDIATE;"
                                    "INSERT INTO nodos SELECT 'heredero', max(epoca) + 1, "
                                    "max(latido) FROM nodos WHERE true "
                                    "ON CONFLICT DO UPDATE SET epoca = excluded.epoca;"
                                    "COMMIT";

} // namespace

result<std::uint64_t> sqlite_database::in_flight() { return demo::in_flight(path_); }

result<std::int64_t> sqlite_database::newest_commit() {
  auto store = audit::database::open(path_);
  if (!store)
    return store.error();
  auto row = store->query("SELECT coalesce(max(lote), 0) FROM lotes");
  const std::int64_t newest = row.next() ? row.integer(0) : 0;
  if (row.error())
    return *row.error();
  return newest;
}

result<std::int64_t> sqlite_database::take_over() {
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(path_.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> store{handle, sqlite3_close};
  if (opened != SQLITE_OK
      || sqlite3_exec(handle, raise_epoch, nullptr, nullptr, nullptr) != SQLITE_OK)
    return {errc::unavailable, std::string{"no takeover: "} + sqlite3_errmsg(handle)};
  return newest_commit(); // its writer is frozen: nothing comes in between
}

} // namespace sagas::chaos
