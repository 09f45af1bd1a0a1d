#include "app/private_copy.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/clock.hpp"

namespace sagas {

namespace fs = std::filesystem;

private_copy::private_copy(std::string folder, timestamp begun)
  : folder_(std::move(folder)), begun_(begun) {}

private_copy::private_copy(private_copy&& other) noexcept
  : folder_(std::exchange(other.folder_, {})), begun_(other.begun_) {}

private_copy::~private_copy() {
  std::error_code ignored;
  if (!folder_.empty())
    fs::remove_all(folder_, ignored);
}

result<private_copy> private_copy::make(const mysql_terms& of, const rows_progress& progress) {
  std::error_code problem;
  const fs::path where = fs::temp_directory_path(problem);
  std::string form = (where / "sagas-copy-XXXXXX").string();
  if (problem || ::mkdtemp(form.data()) == nullptr)
    return {errc::unavailable, "cannot make a folder in " + where.string() + ": see TMPDIR"};
  private_copy made{form, now()};
  const auto copied = export_mysql(
    {.from = of, .to = made.path(), .compared = false, .progress = progress});
  if (!copied)
    return copied.error();
  return made;
}

} // namespace sagas
