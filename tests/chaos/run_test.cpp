// A short run of the tool itself; ./dev chaos has longer ones.
#include "chaos/report.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include "app/binary.hpp"
#include "saga/planted.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

using namespace sagas;
using namespace sagas::chaos;

namespace {

// What a run must have reached at the least.
outcome sound() {
  outcome made;
  made.faults.assign(10, {.what = fault_kind::kill, .in_flight = 5});
  audit::reached& seen = made.audited.counts;
  seen.acknowledged = 200;
  seen.undone = 20;
  seen.cancels = 5;
  seen.parked = 1;
  seen.decisions = 1;
  return made;
}

} // namespace

TEST_CASE("a run that has reached too little is void, not passed", "[chaos]") {
  CHECK(verdict_of(outcome{}) == exit_void);
  CHECK(verdict_of(sound()) == exit_passed);
  for (const auto& spoil :
       std::vector<void (*)(outcome&)>{[](outcome& of) { of.audited.counts.acknowledged = 199; },
                                       [](outcome& of) { of.audited.counts.undone = 19; },
                                       [](outcome& of) { of.audited.counts.cancels = 4; },
                                       [](outcome& of) { of.audited.counts.parked = 0; },
                                       [](outcome& of) { of.audited.counts.decisions = 0; },
                                       [](outcome& of) {
                                         for (std::size_t i = 0; i < 3; ++i)
                                           of.faults[i].in_flight = 0;
                                       }}) {
    outcome spoilt = sound();
    spoil(spoilt);
    CHECK(verdict_of(spoilt) == exit_void);
  }
}

TEST_CASE("a broken promise counts, however little was reached", "[chaos]") {
  outcome found;
  found.breaches.push_back({"V4", "holds on to its memory"});
  CHECK(verdict_of(found) == exit_broken);
  CHECK(as_text(found).find("V4  holds on to its memory") != std::string::npos);
}

TEST_CASE("a program without the build option holds nothing of planted bugs", "[chaos]") {
  std::ifstream file{test::sagas_path(), std::ios::binary};
  const std::string program{std::istreambuf_iterator<char>{file}, {}};
  REQUIRE(program.find("SAGAS_CONFIG") != std::string::npos); // names do show
  CHECK((program.find(bug_variable) != std::string::npos) == can_plant);
  CHECK((program.find(bug_names.front()) != std::string::npos) == can_plant);
}

TEST_CASE("a short chaos run keeps every promise", "[chaos][slow]") {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "chaos --seed " << seed << " --kills 6 --faults kill,stop,term,second,oust,net\n";
  const test::temp_folder folder;
  const auto found = run(
    {.faults = {.seed = seed, .kills = 6, .kinds = *parse_kinds("kill,stop,term,second,oust,net")},
     .program = test::sagas_path(),
     .folder = folder.file("clients"),
     .server_folder = folder.file("server")});
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  std::cout << as_text(*found);
  CHECK(verdict_of(*found) == exit_passed);
}
