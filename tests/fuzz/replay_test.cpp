// Replays what the fuzzers have found worth keeping, and what once broke something, without them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/catch.hpp"
#include "tests/fuzz/targets.hpp"

namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void replay(const char* name, void (*target)(std::string_view)) {
  std::size_t replayed = 0;
  for (const auto& entry :
       fs::directory_iterator{fs::path{SAGAS_SOURCE_DIR} / "tests/fuzz/corpus" / name}) {
    INFO(entry.path().string());
    const std::string bytes = content_of(entry.path());
    CHECK_NOTHROW(target(bytes));
    ++replayed;
  }
  CHECK(replayed >= 5);
}

} // namespace

using namespace sagas;

TEST_CASE("the fuzzed inputs keep to their properties: http", "[fuzz]") {
  replay("http", fuzz::http);
}
TEST_CASE("the fuzzed inputs keep to their properties: json", "[fuzz]") {
  replay("json", fuzz::json);
}
TEST_CASE("the fuzzed inputs keep to their properties: definition", "[fuzz]") {
  replay("definition", fuzz::definition);
}
TEST_CASE("the fuzzed inputs keep to their properties: templates", "[fuzz]") {
  replay("templates", fuzz::templates);
}
TEST_CASE("the fuzzed inputs keep to their properties: participant", "[fuzz]") {
  replay("participant", fuzz::participant);
}
TEST_CASE("the fuzzed inputs keep to their properties: cron", "[fuzz]") {
  replay("cron", fuzz::cron);
}
