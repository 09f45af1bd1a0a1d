// The databases that are measured: SQLite files, or databases of a private MariaDB server; each is
// written by the store, and looked into with plain SQL, which knows nothing but the contract's
// tables: the benchmarks believe no figure that the rows do not bear out.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/context.hpp"
#include "persistence/payload_keys.hpp"
#include "saga/store.hpp"

namespace sagas::bench {

/// What a long past holds: one saga in twenty has failed at its third step and was undone. Beside
/// the ended ones some are paused, so that lists of what is active have something to show.
struct stored_content {
  std::uint64_t ended = 0;
  std::uint64_t undone = 0;
  std::uint64_t paused = 0;
};

/// One database. It goes with this object, as does every file whose name begins with file().
class database {
public:
  explicit database(std::filesystem::path file) : file_(std::move(file)) {}
  database(const database&) = delete;
  database& operator=(const database&) = delete;
  virtual ~database();

  /// Opens it for writing as the program does by default, every commit durable.
  virtual store_list open() const = 0;
  /// Writes at least so many ended sagas, spread over the last month; fast, and not durably.
  virtual stored_content fill(std::uint64_t sagas) const = 0;

  /// What `sagas serve` must be told to serve it.
  virtual std::vector<std::string> flags() const = 0;
  /// For what is written beside it.
  const std::filesystem::path& file() const { return file_; }

  /// From the next opening on its payloads are encrypted.
  void encrypt_with(payload_keys_ptr keys) { keys_ = std::move(keys); }

  /// The first column of a query's first row. Not while this very process has it open for writing.
  virtual std::int64_t number(const std::string& sql) const = 0;
  /// {"durability",...}: what it says itself of its settings.
  virtual json settings() const = 0;
  virtual double size_mib() const = 0;
  /// Processor time that a server of its own has used; 0 when it has none.
  virtual std::chrono::duration<double> server_cpu_time() const { return {}; }

protected:
  const payload_keys_ptr& keys() const { return keys_; }

private:
  const std::filesystem::path file_;
  payload_keys_ptr keys_;
};

/// Fails unless it holds `expected` sagas of that estado.
void check_count(const database& in, const std::string& estado, std::uint64_t expected);

class database_kind {
public:
  virtual ~database_kind() = default;
  /// In the names of figures: "sqlite", "mysql".
  virtual std::string name() const = 0;
  /// What the names of figures begin with that are known without a kind: "" for SQLite's.
  virtual std::string own() const = 0;
  /// A fresh database of that name.
  virtual std::unique_ptr<database> make(const std::string& name) const = 0;
};

std::unique_ptr<database_kind> sqlite_files(const context& with);
/// Starts the server, in the scratch folder.
std::unique_ptr<database_kind> mariadb_databases(const context& with);

} // namespace sagas::bench
