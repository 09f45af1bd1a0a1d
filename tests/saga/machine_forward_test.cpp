// The way forward: contract section 1, the order of steps, policies, pause, pivot.
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

TEST_CASE("a started saga is stored with its first step running", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  const auto calls = saga.start();
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].step == 0);
  REQUIRE(calls[0].attempt == 1);
  REQUIRE(saga.status() == saga_status::running);
  REQUIRE(saga.rows.stored.steps.size() == 1);
  REQUIRE(saga.rows.stored.steps[0].status == step_status::running);
}

TEST_CASE("a saga of n steps takes n + 1 transitions and ends COMPLETADA", "[saga]") {
  driver saga{sequence({step("a"), step("b"), step("c")})};
  saga.start();
  for (std::size_t i = 0; i < 3; ++i) {
    const auto calls = saga.done(i);
    REQUIRE(calls.size() == (i < 2 ? 1 : 0));
  }
  REQUIRE(saga.status() == saga_status::completed);
  REQUIRE(saga.state.header.ended == noon);
  REQUIRE(saga.rows.stored.steps.size() == 3);
  REQUIRE_FALSE(wakes_at(*saga.plan, saga.state));
}

TEST_CASE("steps of a graph run side by side and join", "[saga]") {
  auto b = step("b");
  auto c = step("c");
  auto d = step("d");
  b.depends_on = {0};
  c.depends_on = {0};
  d.depends_on = {1, 2};
  driver saga{graph({step("a"), b, c, d})};
  REQUIRE(saga.start().size() == 1);
  REQUIRE(saga.done(0).size() == 2);
  REQUIRE(saga.done(2).empty());
  const auto calls = saga.done(1);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].step == 3);
  saga.done(3);
  REQUIRE(saga.status() == saga_status::completed);
}

TEST_CASE("a technical failure is tried again after its delay, with the same input", "[saga]") {
  driver saga{sequence({step("a")})};
  const auto first = saga.start();
  REQUIRE(saga.break_down(0).empty());
  REQUIRE(wakes_at(*saga.plan, saga.state) == noon + milliseconds{1'000});
  REQUIRE(saga.refused(time_passed{noon + milliseconds{999}}) == errc::stale);
  const auto second = saga.wake();
  REQUIRE(second.size() == 1);
  REQUIRE(second[0].attempt == 2);
  REQUIRE(second[0].input == first[0].input);
  saga.done(0);
  REQUIRE(saga.status() == saga_status::completed);
}

TEST_CASE("delays grow by the factor up to the cap, shortened by jitter", "[saga]") {
  retry_policy policy{.first_delay = milliseconds{100},
                      .factor = 3,
                      .cap = milliseconds{1'000},
                      .jitter = 0,
                      .attempts = 9};
  REQUIRE(delay_after(policy, 1, 7) == milliseconds{100});
  REQUIRE(delay_after(policy, 2, 7) == milliseconds{300});
  REQUIRE(delay_after(policy, 3, 7) == milliseconds{900});
  REQUIRE(delay_after(policy, 4, 7) == milliseconds{1'000});
  REQUIRE(delay_after(policy, 4'000, 7) == milliseconds{1'000});
  policy.first_delay = milliseconds{0}; // nothing, however often it grows
  REQUIRE(delay_after(policy, 4'000, 7) == milliseconds{0});
  policy.first_delay = milliseconds{100};
  policy.jitter = 0.5;
  for (std::uint64_t bits : {0ULL, 1ULL << 63, ~0ULL}) {
    const auto delay = delay_after(policy, 1, bits);
    REQUIRE(delay >= milliseconds{50});
    REQUIRE(delay <= milliseconds{100});
  }
}

TEST_CASE("a policy ends by attempts, by total time, or by a final failure", "[saga]") {
  SECTION("attempts") {
    driver saga{sequence({step("a")})};
    saga.start();
    saga.break_down(0);
    saga.wake();
    saga.break_down(0);
    saga.wake();
    saga.break_down(0);
    REQUIRE(saga.status() == saga_status::failed);
    REQUIRE(saga.state.header.error == "a: se ha roto");
  }
  SECTION("total time") {
    auto a = step("a");
    a.retry.attempts = 100;
    a.retry.total = milliseconds{2'500};
    driver saga{sequence({a})};
    saga.start();
    saga.break_down(0);
    saga.wake(); // at 1 s; the next delay, 2 s, would end at 3 s
    saga.break_down(0);
    REQUIRE(saga.status() == saga_status::failed);
  }
  SECTION("a final failure") {
    auto a = step("a");
    a.retry.final_failures = {"roto"};
    driver saga{sequence({a})};
    saga.start();
    saga.break_down(0);
    REQUIRE(saga.status() == saga_status::failed);
  }
}

TEST_CASE("still running is asked again at its time, as the same attempt", "[saga]") {
  driver saga{sequence({step("a")})};
  saga.start();
  const timestamp ask = noon + std::chrono::minutes{5};
  saga.answer(0, operation::action, {outcome_kind::still_running, {}, {}, {}, ask});
  REQUIRE(wakes_at(*saga.plan, saga.state) == ask);
  const auto calls = saga.wake();
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].attempt == 1);
  saga.done(0);
  REQUIRE(saga.status() == saga_status::completed);
  REQUIRE(saga.rows.stored.steps.size() == 1);
}

TEST_CASE("an optional step that fails is OMITIDO and the saga goes on", "[saga]") {
  auto a = step("a");
  a.optional = true;
  driver saga{sequence({a, step("b")})};
  saga.start();
  const auto calls = saga.refuse(0);
  REQUIRE(saga.status(0) == step_status::skipped);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].step == 1);
  saga.done(1);
  REQUIRE(saga.status() == saga_status::completed);
}

TEST_CASE("a pause sends nothing new and a resume goes on", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  REQUIRE(saga.feed(pause_requested{noon, {"ana", "mantenimiento"}}).empty());
  REQUIRE(saga.status() == saga_status::paused);
  REQUIRE(saga.done(0).empty());
  REQUIRE(saga.status() == saga_status::paused);
  REQUIRE(saga.refused(pause_requested{noon, {}}) == errc::conflict);
  REQUIRE(saga.feed(resume_requested{noon, {"ana", ""}}).size() == 1);
  REQUIRE(saga.rows.history[0].by == "ana");
  REQUIRE(saga.rows.history[0].reason == "mantenimiento");
  saga.done(1);
  REQUIRE(saga.status() == saga_status::completed);
}

TEST_CASE("while paused a time-out is noted and the retry waits for the resume", "[saga]") {
  driver saga{sequence({step("a")})};
  saga.start();
  saga.feed(pause_requested{noon, {}});
  REQUIRE(saga.wake().empty());
  REQUIRE_FALSE(wakes_at(*saga.plan, saga.state));
  saga.now += std::chrono::hours{1};
  REQUIRE(saga.feed(resume_requested{saga.now, {}}).size() == 1);
}

TEST_CASE("a terminal saga never changes again", "[saga]") {
  driver saga{sequence({step("a")})};
  saga.start();
  saga.done(0);
  const outcome refusal{outcome_kind::business_failure, {}, {}, {}, {}};
  REQUIRE(saga.refused(outcome_arrived{noon, 0, operation::action, 1, refusal}) == errc::stale);
  REQUIRE(saga.refused(time_passed{noon + std::chrono::hours{99}}) == errc::stale);
  REQUIRE(saga.refused(cancel_requested{noon, {}}) == errc::conflict);
  REQUIRE(saga.refused(pause_requested{noon, {}}) == errc::conflict);
  REQUIRE(saga.refused(resume_requested{noon, {}}) == errc::conflict);
  REQUIRE(saga.refused(operator_decided{noon, 0, decision::skip, {}, {}}) == errc::conflict);
}

TEST_CASE("behind a done pivot a failing step parks and a cancel is refused", "[saga]") {
  auto b = step("b");
  b.pivot = true;
  b.compensation.clear();
  auto c = step("c");
  c.compensation.clear();
  driver saga{sequence({step("a"), b, c})};
  saga.start();
  saga.done(0);
  saga.done(1);
  REQUIRE(saga.refused(cancel_requested{noon, {}}) == errc::conflict);
  REQUIRE(saga.refuse(2).empty());
  REQUIRE(saga.status() == saga_status::parked);
  REQUIRE(saga.has_note("aparcada"));
  REQUIRE(saga.refused(cancel_requested{noon, {}}) == errc::conflict);
  REQUIRE(saga.refused(resume_requested{noon, {}}) == errc::conflict);
}
