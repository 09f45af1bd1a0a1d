// Rows of a source as MySQL's columns take them. Internal to persistence/.
#pragma once

#include "persistence/copied_rows.hpp"

namespace sagas {

/// The same rows, with U+FFFD for every byte that is no UTF-8, as mysql_repair.hpp does it; but not
/// in a caller's keys, which are bytes on MySQL, too.
class mended_rows final : public copy_source {
public:
  /// `of` must outlive it.
  explicit mended_rows(copy_source& of) : of_(of) {}

  std::uint32_t version() const override { return of_.version(); }
  result<std::unique_ptr<row_cursor>> open(const copied_table& table) override;

  /// Rows that had to be mended, each time that they were read.
  std::uint64_t mended() const { return mended_; }

private:
  copy_source& of_;
  std::uint64_t mended_ = 0;
};

} // namespace sagas
