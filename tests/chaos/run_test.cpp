// A short run of the tool itself; ./dev chaos has longer ones.
#include "chaos/report.hpp"

#include <filesystem>
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
using namespace sagas::test;

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
  std::ifstream file{sagas_path(), std::ios::binary};
  const std::string program{std::istreambuf_iterator<char>{file}, {}};
  REQUIRE(program.find("SAGAS_CONFIG") != std::string::npos); // names do show
  CHECK((program.find(bug_variable) != std::string::npos) == can_plant);
  CHECK((program.find(bug_names.front()) != std::string::npos) == can_plant);
}

namespace {

void check_short_run(const std::string& flags, plan_options plan, private_mariadb* mariadb) {
  plan.seed = std::random_device{}();
  std::cout << "chaos --seed " << plan.seed << " " << flags << "\n";
  const temp_folder folder;
  const auto found = run({.faults = plan,
                          .program = sagas_path(),
                          .folder = folder.file("clients"),
                          .server_folder = folder.file("server"),
                          .mariadb = mariadb});
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  std::cout << as_text(*found);
  CHECK(verdict_of(*found) == exit_passed);
}

} // namespace

TEST_CASE("a short chaos run keeps every promise", "[chaos][slow]") {
  const std::string kinds = "kill,stop,term,second,oust,net"; // a test mounts no disks
  check_short_run("--kills 6 --faults " + kinds, {.kills = 6, .kinds = *parse_kinds(kinds)},
                  nullptr);
}

TEST_CASE("a short chaos run on MariaDB keeps every promise", "[chaos][mysql][slow]") {
  const std::string kinds = "kill,second,oust,db_kill,db_stop,db_net,commit";
  private_mariadb database{std::filesystem::temp_directory_path(), {}};
  check_short_run("--store mariadb --lasts 1500 --kills 4 --faults " + kinds,
                  {.kills = 4, .kinds = *parse_kinds(kinds), .lasts = milliseconds{1'500}},
                  &database);
}
