// The subtle cases of reliability: each test is named after one.
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

TEST_CASE("a step timed out: same key again, then unknown, and undone too", "[saga][subtle]") {
  driver saga{sequence({step("a")})};
  const auto first = saga.start();
  saga.wake(); // its time-out
  auto calls = saga.wake();
  REQUIRE(calls[0].attempt == 2);
  REQUIRE(calls[0].step == first[0].step);
  saga.wake();
  saga.wake();
  calls = saga.wake(); // the third time-out ends the policy
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].op == operation::compensation);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::compensated);
}

TEST_CASE("a definite failure behind an unknown attempt is undone too", "[saga][subtle]") {
  driver saga{sequence({step("a")})};
  saga.start();
  saga.lose(0);
  saga.wake();
  const auto calls = saga.refuse(0);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].op == operation::compensation);
}

TEST_CASE("crash between effect and row: the same attempt is sent again", "[saga][subtle]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.done(0);
  const timestamp restart = noon + std::chrono::minutes{3};
  const auto again = rebuild(*saga.plan, saga.rows.stored, restart);
  REQUIRE(again);
  const auto calls = outstanding(*saga.plan, *again);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0] == saga.sent.back());
  REQUIRE(wakes_at(*saga.plan, *again) == restart + milliseconds{30'000}); // its whole time-out
}

TEST_CASE("a late reply of an earlier attempt changes nothing", "[saga][subtle]") {
  driver saga{sequence({step("a")})};
  saga.start();
  saga.wake();
  saga.wake();
  const outcome done{outcome_kind::done, document{"{}"}, {}, {}, {}};
  REQUIRE(saga.refused(outcome_arrived{saga.now, 0, operation::action, 1, done}) == errc::stale);
  saga.done(0);
  REQUIRE(saga.refused(outcome_arrived{saga.now, 0, operation::action, 2, done}) == errc::stale);
}

TEST_CASE("a reply after compensation began: the undo is sent again after it", "[saga][subtle]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.done(0);
  for (int i = 0; i < 4; ++i)
    saga.wake();
  REQUIRE(saga.wake().size() == 1); // b is given up as unknown; its undo is under way
  const outcome done{outcome_kind::done, document{"{}"}, {}, {}, {}};
  const outcome_arrived late{saga.now, 1, operation::action, 3, done};
  SECTION("while its undo is in flight") {
    const auto calls = saga.feed(late);
    REQUIRE(calls.size() == 1);
    REQUIRE(calls[0].op == operation::compensation);
    REQUIRE(calls[0].attempt == 2);
    REQUIRE(saga.status() == saga_status::compensating);
    REQUIRE(saga.refused(outcome_arrived{saga.now, 1, operation::compensation, 1, done})
            == errc::stale);
    REQUIRE(saga.undone(1).size() == 1);
    saga.undone(0);
    REQUIRE(saga.status() == saga_status::compensated);
  }
  SECTION("when it has been undone") {
    saga.undone(1);
    REQUIRE(saga.feed(late).size() == 1);
    saga.undone(0);
    REQUIRE(saga.status() == saga_status::compensating);
    saga.undone(1);
    REQUIRE(saga.status() == saga_status::compensated);
  }
  SECTION("and not for ever, however often it comes") {
    int again = 0;
    while (again < 100 && advance(saga.plan, saga.state, late)) {
      saga.feed(late);
      ++again;
    }
    REQUIRE(again == 5); // 3 attempts of each operation, less the one undo already sent
  }
}

TEST_CASE("undo while the action still runs: 425, ask again", "[saga][subtle]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.done(0);
  saga.refuse(1);
  const timestamp ask = noon + std::chrono::seconds{7};
  saga.answer(0, operation::compensation, {outcome_kind::still_running, {}, {}, {}, ask});
  REQUIRE(wakes_at(*saga.plan, saga.state) == ask);
  const auto calls = saga.wake();
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].attempt == 1);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::compensated);
}

TEST_CASE("cancel races with the last step: the order of commits decides", "[saga][subtle]") {
  SECTION("the outcome first") {
    driver saga{sequence({step("a")})};
    saga.start();
    saga.done(0);
    REQUIRE(saga.refused(cancel_requested{noon, {}}) == errc::conflict);
    REQUIRE(saga.status() == saga_status::completed);
  }
  SECTION("the cancel first") {
    driver saga{sequence({step("a")})};
    saga.start();
    saga.feed(cancel_requested{noon, {}});
    REQUIRE(saga.done(0).size() == 1);
    saga.undone(0);
    REQUIRE(saga.status() == saga_status::cancelled);
  }
}

TEST_CASE("clock jumps: a jump may move a retry, never an outcome", "[saga][subtle]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.now = noon - std::chrono::hours{1};
  saga.done(0);
  REQUIRE(saga.status() == saga_status::running);
  saga.break_down(1);
  saga.now = noon + std::chrono::hours{1};
  REQUIRE(saga.feed(time_passed{saga.now}).size() == 1);
  saga.done(1);
  REQUIRE(saga.status() == saga_status::completed);
}

TEST_CASE("rows that no run of the machine can have written are refused", "[saga][subtle]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.done(0);
  SECTION("a gap") { saga.rows.stored.steps.erase(saga.rows.stored.steps.begin()); }
  SECTION("a step too many") { saga.rows.stored.steps[1].step = 2; }
  SECTION("an attempt twice") { saga.rows.stored.steps[1] = saga.rows.stored.steps[0]; }
  SECTION("another definition") { saga.rows.stored.header.steps_total = 9; }
  const auto again = rebuild(*saga.plan, saga.rows.stored, noon);
  REQUIRE_FALSE(again);
  REQUIRE(again.error().code == errc::corrupt);
}
