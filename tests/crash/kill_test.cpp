// kill -9 under load, again and again on one file: nothing acknowledged is lost, nothing is done
// twice, everything ends as it must.
#include "loaded_server.hpp"

#include <csignal>
#include <iostream>
#include <random>

#include "app/binary.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

constexpr int kills = 24;

class moments {
public:
  explicit moments(std::uint64_t seed) : random_(seed) {}
  milliseconds between(int low, int high) {
    return milliseconds{std::uniform_int_distribution{low, high}(random_)};
  }
  bool one_in(int count) { return std::uniform_int_distribution{1, count}(random_) == 1; }

private:
  std::mt19937_64 random_;
};

} // namespace

TEST_CASE("24 kills under load lose, repeat and mix up nothing", "[crash][slow]") {
  moments random{crash_seed()};
  loaded_server run{60'000};
  run.begin(24);
  REQUIRE(run.wait_for_acknowledged(100));
  std::uint64_t in_flight = 0;
  int hit = 0;
  for (int kill = 0; kill < kills; ++kill) {
    std::this_thread::sleep_for(random.between(20, 900));
    run.server().kill();
    const auto open = demo::in_flight(run.server().database());
    REQUIRE(open);
    in_flight += *open;
    hit += *open > 0 ? 1 : 0;
    if (random.one_in(3)) { // and once more while it is coming back
      REQUIRE(run.server().launch());
      std::this_thread::sleep_for(random.between(0, 250));
      run.server().kill();
    }
    REQUIRE(run.server().start());
  }
  run.settle();
  run.server().send(SIGTERM);
  CHECK(run.server().wait(std::chrono::seconds{30}) == 0);
  run.check_all();

  const audit::reached reached = run.audit().counts;
  std::cout << as_text(run.audit()) << in_flight << " sagas in flight at " << kills << " kills\n";
  // Less proves nothing: the run would be void.
  CHECK(hit >= 20);
  CHECK(in_flight >= 500);
  CHECK(reached.acknowledged >= 2'000);
  CHECK(reached.unanswered >= 50);
  CHECK(reached.epochs >= 20);
  CHECK(reached.resumed >= 200);
  CHECK(reached.undone >= 300);
  CHECK(reached.parked >= 10);
  CHECK(reached.decisions >= 10);
  CHECK(reached.cancels >= 50);
  CHECK(reached.duplicates >= 50);
  CHECK(reached.empty_undos >= 5);
}

TEST_CASE("the demo finds nothing missing and nothing wrong", "[crash][slow]") {
  const auto ended = run_sagas({"demo", "--exit", "--campaigns", "1000", "--json"});
  INFO(ended.out);
  INFO(ended.err);
  CHECK(ended.code == 0);
  CHECK(ended.out.find("\"violations_total\": 0") != std::string::npos);
}
