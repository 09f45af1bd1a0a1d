#include <sqlite3.h>

#include "app/clock.hpp"
#include "bench/database.hpp"
#include "bench/stored_past.hpp"
#include "persistence/sqlite_store.hpp"

namespace sagas::bench {
namespace {

// A read-only session.
class sql_session {
public:
  explicit sql_session(const std::filesystem::path& file) {
    // Read-write by name alone: SQLite's WAL wants that of readers when nobody else has it open.
    if (sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
      sqlite3_close(db_);
      throw failed{"can't open " + file.string()};
    }
    sqlite3_busy_timeout(db_, 10'000);
    sqlite3_exec(db_, "PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0", nullptr, nullptr,
                 nullptr);
  }
  sql_session(const sql_session&) = delete;
  sql_session& operator=(const sql_session&) = delete;
  ~sql_session() { sqlite3_close(db_); }

  // The first column of the first row.
  std::string text(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    std::string value;
    const bool found = sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK
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

private:
  sqlite3* db_ = nullptr;
};

std::unique_ptr<store> open_file(const std::filesystem::path& file, sqlite_synchronous how,
                                 const payload_keys_ptr& keys = {}) {
  sqlite_options options;
  options.path = file.string();
  options.synchronous = how;
  options.keys = keys;
  return must(open_sqlite_store(options), "opening " + file.string());
}

class sqlite_database final : public database {
public:
  using database::database;

  store_list open() const override {
    return only(open_file(file(), sqlite_synchronous::full, keys()));
  }

  stored_content fill(std::uint64_t sagas) const override {
    const auto storage = open_file(file(), sqlite_synchronous::off);
    const timestamp end = now();
    const auto apart = past / static_cast<milliseconds::rep>(sagas + 1);
    const auto content = write_past(*storage, sagas, end - past, apart);
    return pause_some(*storage, content, end);
  }

  std::vector<std::string> flags() const override { return {"--db", file().string()}; }

  std::int64_t number(const std::string& sql) const override {
    return std::stoll(sql_session{file()}.text(sql));
  }

  // The store reads back that it is at FULL: a session of ours can't see that of another.
  json settings() const override {
    return {{"durability",
             {{"journal_mode", sql_session{file()}.text("PRAGMA journal_mode")},
              {"synchronous", "FULL"}}}};
  }

  double size_mib() const override {
    return static_cast<double>(std::filesystem::file_size(file())) / (1 << 20);
  }
};

class sqlite_kind final : public database_kind {
public:
  explicit sqlite_kind(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::string name() const override { return "sqlite"; }
  std::string own() const override { return {}; }
  std::unique_ptr<database> make(const std::string& name) const override {
    return std::make_unique<sqlite_database>(folder_ / (name + ".db"));
  }

private:
  const std::filesystem::path folder_;
};

} // namespace

std::unique_ptr<database_kind> sqlite_files(const context& with) {
  return std::make_unique<sqlite_kind>(with.asked().scratch);
}

} // namespace sagas::bench
