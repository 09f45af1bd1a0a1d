// A look into a store's file with plain SQL, knowing nothing but the contract's tables: the
// benchmarks believe no figure that the file does not bear out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "bench/context.hpp"

struct sqlite3;

namespace sagas::bench {

/// A read-only session. Not while this very process has the file open by a store.
class sql_session {
public:
  explicit sql_session(const std::filesystem::path& file);
  ~sql_session();
  sql_session(const sql_session&) = delete;
  sql_session& operator=(const sql_session&) = delete;

  /// The first column of the first row.
  std::int64_t number(const std::string& sql);
  std::string text(const std::string& sql);

private:
  sqlite3* db_ = nullptr;
};

/// {"journal_mode" as the file says, "synchronous" as the store was opened with and read back}.
json durability_of(const std::filesystem::path& file);

/// Fails unless the file holds `expected` sagas of that estado.
void check_count(const std::filesystem::path& file, const std::string& estado,
                 std::uint64_t expected);

/// Of a store's file with its companions.
void remove_store(const std::filesystem::path& file);
double size_mib(const std::filesystem::path& file);

} // namespace sagas::bench
