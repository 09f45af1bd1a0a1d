// Holds the rooms' table of the design: on Debian every third-party header lies on the compiler's
// own path, so the build itself can't stop a wrong include.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

namespace fs = std::filesystem;

struct room {
  std::string name;
  std::vector<std::string> rooms;   // that it may include
  std::vector<std::string> headers; // of others: a whole name, or a folder with its slash
  bool posix = true;                // whether it may speak to the operating system
};

const std::vector<room> rooms{
  {"saga", {"saga"}, {"nlohmann/", "valijson/", "re2/"}, false},
  {"persistence", {"saga", "persistence"}, {"soci/", "sqlite3.h", "openssl/", "nlohmann/"}},
  {"actors", {"saga", "actors"}, {"caf/", "nlohmann/"}},
  {"http", {"saga", "http"}, {"httplib.h", "curl/", "nlohmann/", "openssl/"}},
  {"testkit", {"saga", "persistence", "actors", "testkit"}, {}, false},
  {"app",
   {"saga", "persistence", "actors", "http", "app"},
   {"CLI/", "absl/time/", "spdlog/", "prometheus/", "nlohmann/", "httplib.h", "sqlite3.h", "caf/"}},
};

const std::vector<std::string> posix{"arpa/",     "dirent.h", "fcntl.h", "ifaddrs.h", "net/",
                                     "netdb.h",   "netinet/", "poll.h",  "pthread.h", "sched.h",
                                     "signal.h",  "spawn.h",  "sys/",    "syslog.h",  "time.h",
                                     "termios.h", "unistd.h"};

constexpr std::size_t lines_max = 400;

bool any_matches(const std::vector<std::string>& allowed, const std::string& header) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& entry) {
    return entry.back() == '/' ? header.starts_with(entry) : header == entry;
  });
}

bool is_standard(const std::string& header) {
  return header.find('.') == std::string::npos && header.find('/') == std::string::npos;
}

bool may_include(const room& from, const std::string& header, bool quoted) {
  if (quoted)
    return std::any_of(from.rooms.begin(), from.rooms.end(),
                       [&](const std::string& other) { return header.starts_with(other + "/"); });
  return is_standard(header) || any_matches(from.headers, header)
         || (from.posix && any_matches(posix, header));
}

struct include {
  std::size_t line = 0;
  std::string header;
  bool quoted = false;
};

std::vector<include> includes_of(const std::string& text) {
  static const std::regex form{R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"};
  std::vector<include> found;
  std::istringstream lines{text};
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    std::smatch match;
    if (std::regex_search(line, match, form))
      found.push_back({number, match[2], match[1] == "\""});
  }
  return found;
}

std::vector<std::string> include_faults(const std::string& path, const std::string& text) {
  const std::string name = path.substr(0, path.find('/'));
  const auto from = std::find_if(rooms.begin(), rooms.end(),
                                 [&](const room& each) { return each.name == name; });
  std::vector<std::string> faults;
  if (from == rooms.end())
    return faults;
  for (const include& each : includes_of(text))
    if (!may_include(*from, each.header, each.quoted))
      faults.push_back(path + ":" + std::to_string(each.line) + ": " + name + " may not include "
                       + each.header);
  return faults;
}

struct source {
  std::string path; // from the root of the tree
  std::string text;
};

const std::vector<source>& tree() {
  static const std::vector<source> sources = [] {
    std::vector<source> found;
    for (const char* folder :
         {"saga", "persistence", "actors", "http", "testkit", "app", "tests", "bench", "examples"})
      for (const auto& entry :
           fs::recursive_directory_iterator{fs::path{SAGAS_SOURCE_DIR} / folder}) {
        const std::string kind = entry.path().extension().string();
        if (kind != ".cpp" && kind != ".hpp")
          continue;
        std::ifstream file{entry.path(), std::ios::binary};
        found.push_back({fs::relative(entry.path(), SAGAS_SOURCE_DIR).string(),
                         {std::istreambuf_iterator<char>{file}, {}}});
      }
    return found;
  }();
  return sources;
}

void check_none(const std::vector<std::string>& faults) {
  std::string all;
  for (const std::string& fault : faults)
    all += fault + "\n";
  INFO(all);
  CHECK(faults.empty());
}

} // namespace

TEST_CASE("the table refuses what a room may not see, and says where", "[app][rooms]") {
  CHECK(include_faults("saga/machine.hpp", "#pragma once\n#include \"caf/actor.hpp\"\n")
        == std::vector<std::string>{"saga/machine.hpp:2: saga may not include caf/actor.hpp"});
  CHECK(include_faults("http/a.cpp", "#include \"actors/engine.hpp\"").size() == 1);
  CHECK(include_faults("actors/a.cpp", "# include <httplib.h>").size() == 1);
  CHECK(include_faults("persistence/a.cpp", "#include \"http/server.hpp\"").size() == 1);
  CHECK(include_faults("saga/a.cpp", "#include <unistd.h>").size() == 1);
  CHECK(include_faults("persistence/a.cpp", "#include <sqlite3.h>\n#include <sys/file.h>\n"
                                            "#include \"saga/store.hpp\"\n#include <vector>")
          .empty());
}

TEST_CASE("every include stands in the rooms' table", "[app][rooms]") {
  REQUIRE(tree().size() > 50);
  std::vector<std::string> faults;
  for (const source& each : tree())
    for (std::string& fault : include_faults(each.path, each.text))
      faults.push_back(std::move(fault));
  check_none(faults);
}

TEST_CASE("JSON Schema is known to one source alone", "[app][rooms]") {
  std::vector<std::string> knowing;
  for (const source& each : tree())
    for (const include& entry : includes_of(each.text))
      if (entry.header.starts_with("valijson/") && !each.path.starts_with("tests/")
          && (knowing.empty() || knowing.back() != each.path))
        knowing.push_back(each.path);
  INFO((knowing.empty() ? std::string{} : knowing.back()));
  CHECK(knowing.size() <= 1);
  for (const std::string& path : knowing)
    CHECK(path.ends_with(".cpp"));
}

TEST_CASE("every header is included by somebody", "[app][rooms]") {
  std::set<std::string> included;
  for (const source& each : tree())
    for (const include& entry : includes_of(each.text)) {
      included.insert(entry.header);
      included.insert("tests/" + entry.header); // tests/ is on the tests' own path
      included.insert(each.path.substr(0, each.path.rfind('/') + 1) + entry.header); // a neighbour
    }
  std::vector<std::string> faults;
  for (const source& each : tree())
    if (each.path.ends_with(".hpp") && !included.contains(each.path))
      faults.push_back(each.path + ": nobody includes it");
  check_none(faults);
}

TEST_CASE("no source grows past holding", "[app][rooms]") {
  std::vector<std::string> faults;
  for (const source& each : tree()) {
    const auto lines = static_cast<std::size_t>(
      std::count(each.text.begin(), each.text.end(), '\n'));
    if (lines > lines_max)
      faults.push_back(each.path + ": " + std::to_string(lines) + " lines, at most "
                       + std::to_string(lines_max) + ": split it by concept");
  }
  check_none(faults);
}
