#include "persistence/mended_rows.hpp"

#include <algorithm>
#include <utility>

#include "saga/text.hpp"

namespace sagas {
namespace {

constexpr const char* table_of_bytes = "claves_idempotencia";

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char each) { return (each & 0x80) == 0; });
}

class mending_cursor final : public row_cursor {
public:
  mending_cursor(std::unique_ptr<row_cursor> of, std::uint64_t& mended)
    : of_(std::move(of)), mended_(mended) {}

  result<bool> next(copied_row& to) override {
    const auto found = of_->next(to);
    if (!found || !*found)
      return found;
    bool changed = false;
    for (text_field& cell : to)
      changed |= mend(cell);
    mended_ += changed ? 1 : 0;
    return true;
  }

private:
  static bool mend(text_field& cell) {
    if (cell.is_null() || is_ascii(cell.text))
      return false;
    std::string repaired = repair_utf8(cell.text);
    if (repaired == cell.text)
      return false;
    cell.text = std::move(repaired);
    return true;
  }

  std::unique_ptr<row_cursor> of_;
  std::uint64_t& mended_;
};

} // namespace

result<std::unique_ptr<row_cursor>> mended_rows::open(const copied_table& table) {
  auto rows = of_.open(table);
  if (!rows || table.name == table_of_bytes)
    return rows;
  return std::unique_ptr<row_cursor>{std::make_unique<mending_cursor>(std::move(*rows), mended_)};
}

} // namespace sagas
