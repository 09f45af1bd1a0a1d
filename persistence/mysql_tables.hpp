// The statements that make the tables. Internal to persistence/.
#pragma once

#include <cstdint>
#include <span>

namespace sagas::mysql_tables {

/// The statements that lead from the version before to this one. DDL is not transactional, so each
/// must bear to be run again after a crash in the middle.
struct migration {
  std::uint32_t version;
  std::span<const char* const> statements;
};

/// All, by version: 1, 2, ... A released one never changes.
std::span<const migration> migrations();

} // namespace sagas::mysql_tables
