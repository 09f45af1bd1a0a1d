// SIGTERM under load: the server stores what it is doing and leaves; a second one ends it at once.
#include "loaded_server.hpp"

#include <csignal>

#include <sqlite3.h>

#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

// Another program that holds the database's write lock, so that no commit gets through.
class write_lock {
public:
  explicit write_lock(const std::string& path) {
    REQUIRE(sqlite3_open(path.c_str(), &handle_) == SQLITE_OK);
    sqlite3_busy_timeout(handle_, 10'000);
    REQUIRE(sqlite3_exec(handle_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  ~write_lock() { sqlite3_close(handle_); }
  write_lock(const write_lock&) = delete;
  write_lock& operator=(const write_lock&) = delete;

private:
  sqlite3* handle_ = nullptr;
};

} // namespace

TEST_CASE("SIGTERM under load stores what is being done and exits with 0", "[crash][slow]") {
  loaded_server run{20'000};
  run.begin(24);
  REQUIRE(run.wait_for_acknowledged(500));
  for (int time = 1; time <= 3; ++time) {
    run.server().send(SIGTERM);
    CHECK(run.server().wait(std::chrono::seconds{30}) == 0);
    const auto open = demo::in_flight(run.server().database());
    REQUIRE(open);
    CHECK(*open > 0); // what was running goes on at the next start
    REQUIRE(run.server().start());
    REQUIRE(run.wait_for_acknowledged(run.acknowledged() + 300));
  }
  run.settle();
  run.check_all();
}

TEST_CASE("a second SIGTERM ends a server that cannot store any more", "[crash][slow]") {
  loaded_server run{20'000};
  run.begin(24);
  REQUIRE(run.wait_for_acknowledged(300));
  {
    const write_lock held{run.server().database()};
    REQUIRE_FALSE(run.wait_for_acknowledged(60'000, milliseconds{500})); // so starts are waiting
    run.server().send(SIGTERM);
    CHECK_FALSE(run.server().wait(std::chrono::seconds{1})); // it waits for its commits
    run.server().send(SIGTERM);
    CHECK(run.server().wait(std::chrono::seconds{2}) == 128 + SIGTERM);
  }
  REQUIRE(run.server().start());
  run.settle();
  run.check_all();
}
