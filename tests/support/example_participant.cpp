#include "support/example_participant.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "app/child_process.hpp"

namespace sagas::test {
namespace {

namespace fs = std::filesystem;

const std::string examples = std::string{SAGAS_SOURCE_DIR} + "/examples/participants/";

} // namespace

std::string program_in_path(const std::string& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  const char* const path = std::getenv("PATH");
  std::istringstream folders{path == nullptr ? "" : path};
  for (std::string folder; std::getline(folders, folder, ':');)
    if (fs::exists(fs::path{folder} / name))
      return (fs::path{folder} / name).string();
  return {};
}

result<std::vector<std::string>> example_participant(const std::string& language) {
  if (language == "C++")
    return std::vector{
      (fs::path{own_path()}.parent_path().parent_path() / "examples/example_participant").string()};
  const bool python = language == "Python";
  const std::string interpreter = program_in_path(python ? "python3" : "node");
  if (interpreter.empty())
    return {errc::unavailable,
            "there is no " + language + " here: install " + (python ? "python3" : "nodejs")};
  return std::vector{interpreter, examples + (python ? "participant.py" : "participant.js")};
}

} // namespace sagas::test
