// A folder that goes with whoever made it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace sagas::test {

class temp_folder {
public:
  /// Throws std::runtime_error, which fails a test, when there can be none.
  explicit temp_folder(
    const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "sagas-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error{"can't make a folder in " + parent.string()};
    path_ = name;
  }
  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;
  ~temp_folder() {
    std::error_code ignored; // what is left of a temporary folder hurts nobody
    std::filesystem::remove_all(path_, ignored);
  }

  std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

} // namespace sagas::test
