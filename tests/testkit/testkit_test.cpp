// The kit that users test their sagas with: it says what happened, and finds what is wrong.
#include <map>
#include <stdexcept>

#include "saga/builder.hpp"
#include "saga/function_participant.hpp"
#include "support/catch.hpp"
#include "testkit/crash.hpp"
#include "testkit/world.hpp"

using namespace sagas;
using namespace std::chrono_literals;
using testkit::world;
using steps = std::vector<std::string>;

namespace {

definition_ptr three_steps() {
  const retry_policy policy{.first_delay = 1s, .jitter = 0, .attempts = 3};
  const auto plan = definition_builder("tres")
                      .step("a", "uno")
                      .compensation("no_a")
                      .retry(policy)
                      .compensation_retry(policy)
                      .step("b", "dos")
                      .compensation("no_b")
                      .retry(policy)
                      .timeout(10s)
                      .step("c", "dos")
                      .build();
  REQUIRE(plan);
  return *plan;
}

definition_ptr one_that_waits() {
  const auto plan = definition_builder("espera")
                      .step("a", "uno")
                      .wait("pagado", R"({"senal": "pago"})")
                      .step("c", "uno")
                      .build();
  REQUIRE(plan);
  return *plan;
}

} // namespace

TEST_CASE("a world runs a saga to its end", "[testkit]") {
  world around{three_steps()};
  around.action("b", {testkit::done(R"({"n":1})").after(3s)});
  const auto one = around.start();
  CHECK(around.run_to_end());
  CHECK(one.status() == saga_status::completed);
  CHECK(one.told() == "a b c");
  CHECK(one.output("b") == R"({"n":1})");
  CHECK(one.in_force() == steps{"a", "b", "c"});
  CHECK(around.elapsed() == 3s);
  CHECK(around.commits() == 4); // a saga of n steps costs n + 1
}

TEST_CASE("sagas of a world run at once", "[testkit]") {
  world around{three_steps()};
  std::string order;
  around.serve("dos", std::make_shared<function_participant>([&](const call& what) {
                 order += what.step().name;
                 return outcomes::done();
               }));
  around.start();
  around.start();
  CHECK(order.empty());
  CHECK(around.run_to_end());
  CHECK(order == "bbcc");
}

TEST_CASE("replies come attempt by attempt, the last one for ever", "[testkit]") {
  world around{three_steps()};
  around.action("b", {testkit::broken(), testkit::unheard(), testkit::refused("no")});
  around.undo("b", {testkit::broken()});
  around.undo("a", {testkit::broken()});
  const auto one = around.start();
  CHECK_FALSE(around.run_to_end()); // it waits for a person
  CHECK(one.status() == saga_status::parked);
  CHECK(one.in_force() == steps{"a"});
  const std::size_t calls = one.told().size();
  around.pass(1h);
  CHECK(one.told().size() == calls);
}

TEST_CASE("what was lost has had its effect, what was unheard has not", "[testkit]") {
  world around{three_steps()};
  around.action("b", {testkit::lost()});
  const auto one = around.start();
  around.pass(10s);
  CHECK(one.in_force() == steps{"a", "b"});
  CHECK(around.run_to_end());
  CHECK(one.status() == saga_status::compensated); // no answer ever: b is undone, too
  CHECK(one.in_force().empty());

  world silent{three_steps()};
  silent.action("b", {testkit::unheard()});
  const auto other = silent.start();
  silent.pass(10s);
  CHECK(other.in_force() == steps{"a"});
}

TEST_CASE("what is still running is asked after", "[testkit]") {
  world around{three_steps()};
  around.action("b", {testkit::running(2s), testkit::running(2s), testkit::done()});
  const auto one = around.start();
  CHECK(around.run_to_end());
  CHECK(one.status() == saga_status::completed);
  CHECK(one.told() == "a b b b c");
  CHECK(around.elapsed() == 4s);
}

TEST_CASE("a world's saga can be steered", "[testkit]") {
  world around{one_that_waits()};
  const auto one = around.start();
  CHECK_FALSE(around.run_to_end());
  saga_command paid;
  paid.what = saga_command::kind::signal;
  paid.step = "pago";
  paid.output = document{R"({"importe":3})"};
  REQUIRE(around.command(one, paid));
  CHECK(around.run_to_end());
  CHECK(one.status() == saga_status::completed);
  CHECK(one.output("pagado") == R"({"importe":3})");
}

TEST_CASE("a crash loses nothing", "[testkit]") {
  world around{three_steps()};
  around.action("b", {testkit::done().after(5s)});
  const auto one = around.start();
  around.pass(1s);
  around.crash(); // the answer was on its way
  CHECK(around.crashes() == 1);
  CHECK(around.run_to_end());
  CHECK(one.status() == saga_status::completed);
  CHECK(one.told() == "a b b c"); // repeated with its key
}

TEST_CASE("every commit is crashed at", "[testkit]") {
  const auto scenario = [](world& around) {
    around.action("c", {testkit::broken(), testkit::lost(), testkit::refused("no")});
    around.start();
  };
  std::vector<std::string> places;
  const std::size_t tried = testkit::crash_everywhere(
    three_steps(), scenario, [&](world& around, const std::string& where) {
      INFO(where);
      places.push_back(where);
      CHECK(around.runs().front().status() == saga_status::completed);
      CHECK(around.runs().front().in_force() == steps{"a", "b", "c"});
      CHECK(around.crashes() == (where == "no crash" ? 0 : 1));
    });
  CHECK(places.size() == tried + 1);
  CHECK(places.front() == "no crash");
  CHECK(places.at(1).find("before commit 1 of ") == 0);
  CHECK(tried >= 8);
}

TEST_CASE("a participant that does things twice is found out", "[testkit]") {
  int effects = 0;
  const auto scenario = [&](world& around) {
    effects = 0;
    around.serve("uno", std::make_shared<function_participant>([&](const call&) {
                   ++effects; // whatever the key
                   return outcomes::done();
                 }));
    around.start();
  };
  int twice = 0;
  testkit::crash_everywhere(three_steps(), scenario,
                            [&](world&, const std::string&) { twice += effects > 1; });
  CHECK(twice > 0);
}

TEST_CASE("a scenario that takes another way is refused", "[testkit]") {
  int times = 0;
  const auto scenario = [&](world& around) {
    if (++times == 1)
      around.start();
  };
  CHECK_THROWS_AS(
    testkit::crash_everywhere(three_steps(), scenario, [](world&, const std::string&) {}),
    std::logic_error);
}

TEST_CASE("misuse of a world is named", "[testkit]") {
  world around{three_steps()};
  CHECK_THROWS_AS(around.action("nadie", {testkit::done()}), std::invalid_argument);
  CHECK_THROWS_AS(around.undo("nadie", {}), std::invalid_argument);
  CHECK_THROWS_AS(around.serve("nadie", nullptr), std::invalid_argument);
  CHECK_THROWS_AS(around.start("[1"), std::invalid_argument);
  CHECK(around.run_to_end()); // nothing has been started
}
