#include "tests/persistence/payload_texts.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "persistence/base64.hpp"
#include "support/catch.hpp"

namespace sagas::test {

namespace fs = std::filesystem;

std::string key_lines(const std::vector<std::string>& ids, char salt) {
  std::string text;
  for (const std::string& id : ids) {
    if (id == "plain") {
      text += "plain\n";
      continue;
    }
    std::string bytes = id;
    bytes.resize(32, salt);
    text += id + " = " + to_base64(bytes) + "\n";
  }
  return text;
}

payload_keys_ptr test_keys(const std::vector<std::string>& ids, char salt) {
  auto keys = payload_keys::parse(key_lines(ids, salt));
  INFO((keys ? "" : keys.error().message));
  REQUIRE(keys);
  return std::make_shared<const payload_keys>(std::move(*keys));
}

bool holds_bytes(const std::string& folder, const std::string& bytes) {
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file())
      continue;
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    if (content.find(bytes) != std::string::npos)
      return true;
  }
  return false;
}

} // namespace sagas::test
