#include "binary.hpp"

#include <filesystem>

#include "support/catch.hpp"

namespace sagas::test {

namespace fs = std::filesystem;

std::string sagas_path() {
  return (fs::path{own_path()}.parent_path().parent_path() / "app" / "sagas").string();
}

child_process::ended run_sagas(std::vector<std::string> arguments,
                               std::map<std::string, std::string> environment) {
  arguments.insert(arguments.begin(), sagas_path());
  auto child = child_process::spawn({std::move(arguments), std::move(environment), {}});
  REQUIRE(child);
  const auto ended = child->read_all(milliseconds{60'000});
  REQUIRE(ended);
  return *ended;
}

} // namespace sagas::test
