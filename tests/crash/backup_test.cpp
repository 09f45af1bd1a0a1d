// Backups of a server under load, put back elsewhere: each is a moment that keeps every promise.
#include "loaded_server.hpp"

#include <csignal>

#include "app/binary.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;

TEST_CASE("backups under load, restored elsewhere, keep every promise", "[crash][slow]") {
  loaded_server run{20'000};
  run.begin(24);
  const temp_folder folder;
  std::uint64_t open = 0;
  for (int copy = 1; copy <= 5; ++copy) {
    REQUIRE(run.wait_for_acknowledged(run.acknowledged() + 300));
    const std::string backup = folder.file("copy-" + std::to_string(copy) + ".db");
    const auto made = run_sagas({"db", "backup", "--db", run.server().database(), backup});
    INFO(made.err);
    REQUIRE(made.code == 0);
    const std::string elsewhere = folder.file("restored-" + std::to_string(copy) + ".db");
    REQUIRE(run_sagas({"db", "restore", "--db", elsewhere, backup}).code == 0);
    const auto checked = run_sagas({"db", "check", "--db", elsewhere});
    INFO(checked.out);
    CHECK(checked.code == 0);
    const auto unfinished = demo::in_flight(elsewhere);
    REQUIRE(unfinished);
    open += *unfinished;
  }
  CHECK(open > 0); // else they proved little
  CHECK(run_sagas({"db", "check", "--db", run.server().database()}).code == 0); // live
  CHECK(run_sagas(
          {"db", "restore", "--force", "--db", run.server().database(), folder.file("copy-1.db")})
          .code
        == 5); // held

  run.settle();
  run.server().send(SIGTERM);
  CHECK(run.server().wait(std::chrono::seconds{30}) == 0);
  run.check_all();
}
