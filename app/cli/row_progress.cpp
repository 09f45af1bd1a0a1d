#include "app/cli/row_progress.hpp"

#include <iostream>
#include <unistd.h>

namespace sagas::cli {
namespace {

constexpr const char* clear_line = "\r\x1b[K";

} // namespace

rows_progress row_progress_line() {
  if (::isatty(STDERR_FILENO) == 0)
    return {};
  return [](const char* doing, const std::string& table, std::uint64_t rows) {
    std::cerr << clear_line;
    if (!table.empty())
      std::cerr << doing << " " << table << ": " << rows << " rows";
    std::cerr << std::flush;
  };
}

} // namespace sagas::cli
