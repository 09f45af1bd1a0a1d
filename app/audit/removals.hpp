// What the database says that it has removed for its age: ids, and counts by type and state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/audit/sqlite.hpp"

namespace sagas::audit {

class removals {
public:
  /// `store` must outlive it. A file of an older schema has removed nothing.
  explicit removals(database& store);

  bool exist() const { return exist_; }
  std::uint64_t count() const { return count_; }
  /// Whether a saga was removed. Asking for the same one again costs nothing.
  bool contain(const std::string& saga);
  /// Why it could not be read to its end.
  const std::optional<failure>& error() const { return error_; }

private:
  std::int64_t ask(const char* sql, const std::string& parameter = {});

  database& store_;
  bool exist_ = false;
  std::uint64_t count_ = 0;
  std::optional<failure> error_;
  std::string asked_;
  bool contained_ = false;
};

} // namespace sagas::audit
