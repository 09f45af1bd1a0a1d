// sagas as a library, as its user gets it: installed to a prefix, found by CMake, linked and run.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "app/binary.hpp"
#include "app/client.hpp"
#include "support/catch.hpp"
#include "support/document.hpp"

// A sanitized library needs the sanitizers in whoever links it: the plain build tries this.
#ifndef SAGAS_SANITIZED

using namespace sagas;
using namespace sagas::test;
namespace fs = std::filesystem;

namespace {

child_process started(std::vector<std::string> command) {
  auto child = child_process::spawn({std::move(command), {}, {}});
  REQUIRE(child);
  return std::move(*child);
}

// What a command prints; it must succeed, within four minutes.
std::string run(const std::vector<std::string>& command) {
  auto child = started(command);
  const auto ended = child.read_all(milliseconds{240'000});
  REQUIRE(ended);
  INFO(command.front() << "\n" << ended->out << ended->err);
  REQUIRE(ended->code == 0);
  return ended->out;
}

std::string build_folder() { return fs::path{own_path()}.parent_path().parent_path().string(); }

// "HEADER includes OTHER" for each of ours that is not there.
std::vector<std::string> missing_headers(const fs::path& root) {
  static const std::regex quoted{R"re(#include "([^"]+)")re"};
  std::vector<std::string> missing;
  for (const auto& entry : fs::recursive_directory_iterator{root}) {
    std::ifstream file{entry.path()};
    std::smatch found;
    for (std::string line; std::getline(file, line);)
      if (std::regex_search(line, found, quoted) && !fs::exists(root / found[1].str()))
        missing.push_back(entry.path().string() + " includes " + found[1].str());
  }
  return missing;
}

std::string get(const std::string& url, const std::string& path) {
  auto client = api_client::to(url);
  REQUIRE(client);
  const auto said = client->send({.path = path});
  REQUIRE(said);
  CHECK(said->status == 200);
  return said->body;
}

std::vector<std::string> trimmed_lines(std::istream& text) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
    if (first < line.size())
      lines.push_back(line.substr(first));
  }
  return lines;
}

// Every block of C++ and CMake in a document.
std::vector<std::vector<std::string>> snippets(const std::string& path) {
  std::ifstream file{path};
  std::vector<std::vector<std::string>> found;
  bool inside = false;
  for (const std::string& line : trimmed_lines(file)) {
    if (line == "```cpp" || line == "```cmake")
      found.emplace_back();
    else if (inside && line != "```")
      found.back().push_back(line);
    inside = line == "```cpp" || line == "```cmake" || (inside && line != "```");
  }
  return found;
}

void try_service(const std::string& service, const std::string& database) {
  auto serving = started({service, database, "0"});
  const auto line = serving.read_line(milliseconds{30'000});
  REQUIRE(line);
  REQUIRE(line->starts_with("listening on http://127.0.0.1:"));
  const std::string url = line->substr(line->find("http"));
  CHECK(get(url, "/habitaciones") == R"({"libres": 10})");
  CHECK(get(url, "/api/v1/definiciones").find("estancia") != std::string::npos);
  serving.send_signal(SIGTERM);
  CHECK(serving.wait(milliseconds{30'000}) == 0);
}

} // namespace

TEST_CASE("what the document shows stands in the example", "[app][library]") {
  const std::string root{SAGAS_SOURCE_DIR};
  std::vector<std::vector<std::string>> sources;
  for (const auto& entry : fs::directory_iterator{root + "/examples/library"}) {
    std::ifstream file{entry.path()};
    sources.push_back(trimmed_lines(file));
  }
  const auto shown = snippets(root + "/docs/library.md");
  CHECK(shown.size() > 5);
  for (const auto& snippet : shown) {
    REQUIRE_FALSE(snippet.empty());
    INFO(snippet.front());
    CHECK(std::any_of(sources.begin(), sources.end(), [&](const auto& source) {
      return std::search(source.begin(), source.end(), snippet.begin(), snippet.end())
             != source.end();
    }));
  }
}

TEST_CASE("who installs sagas can build a service and its tests with it", "[app][library][slow]") {
  document text{"docs/library.md"};
  document_shell shell;
  const std::string root{SAGAS_SOURCE_DIR};
  fs::create_directory_symlink(root + "/examples", shell.file("examples"));
  shell.replace("./dev build", "true"); // that is how this program came to be
  shell.replace("build/release", build_folder());
  shell.replace("/tmp/estancias", shell.file("estancias"));
  shell.set("CMAKE_GENERATOR", "Ninja");
  shell.set("CMAKE_BUILD_PARALLEL_LEVEL", "2");
  shell.set("CXX", SAGAS_CXX);
  shell.set("CXXFLAGS", "-Wall -Wextra -Werror");
  shell.set("CMAKE_CXX_COMPILER_LAUNCHER", SAGAS_CCACHE);

  shell.run(text.commands("Install"));
  const std::string prefix = shell.file("sagas");
  CHECK(run({prefix + "/bin/sagas", "--version"}) == run({sagas_path(), "--version"}));
  CHECK(missing_headers(prefix + "/include/sagas") == std::vector<std::string>{});
  const std::string said = shell.run(text.commands("Link"));
  CHECK(said.find("100% tests passed") != std::string::npos);
  CHECK(said.ends_with("COMPLETADA\n"));
  CHECK(text.untried() == std::vector<std::string>{});
  try_service(shell.file("estancias/estancias"), shell.file("two.db"));
}

#endif
