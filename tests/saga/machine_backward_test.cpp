// The way back: what is undone, in which order, and how it ends.
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

TEST_CASE("a business failure undoes what was done, in reverse order", "[saga]") {
  driver saga{sequence({step("a"), step("b"), step("c")})};
  saga.start();
  saga.done(0, R"({"n":1})");
  saga.done(1, R"({"n":2})");
  auto calls = saga.refuse(2);
  REQUIRE(saga.status() == saga_status::compensating);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].step == 1);
  REQUIRE(calls[0].op == operation::compensation);
  REQUIRE(calls[0].input == document{R"({"entrada":{},"salida":{"n":2}})"});
  calls = saga.undone(1);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].step == 0);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::compensated);
  REQUIRE(saga.status(2) == step_status::failed);
  REQUIRE(saga.state.header.error == "c: no hay saldo");
}

TEST_CASE("a failure with nothing to undo ends FALLIDA", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.refuse(0);
  REQUIRE(saga.status() == saga_status::failed);
  REQUIRE(saga.sent.size() == 1);
}

TEST_CASE("a step without compensation is passed over on the way back", "[saga]") {
  auto b = step("b");
  b.compensation.clear();
  driver saga{sequence({step("a"), b, step("c")})};
  saga.start();
  saga.done(0);
  saga.done(1);
  const auto calls = saga.refuse(2);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].step == 0);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::compensated);
  REQUIRE(saga.status(1) == step_status::completed);
}

TEST_CASE("in a graph a step is undone only behind all that depends on it", "[saga]") {
  auto b = step("b");
  auto c = step("c");
  auto d = step("d");
  b.depends_on = {0};
  c.depends_on = {0};
  d.depends_on = {1, 2};
  driver saga{graph({step("a"), b, c, d})};
  saga.start();
  saga.done(0);
  saga.done(1);
  saga.done(2);
  auto calls = saga.refuse(3);
  REQUIRE(calls.size() == 2); // b and c together
  REQUIRE(saga.undone(1).empty());
  calls = saga.undone(2);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].step == 0);
}

TEST_CASE("a branch in flight is waited for before it is undone", "[saga]") {
  driver saga{graph({step("a"), step("b")})};
  REQUIRE(saga.start().size() == 2);
  REQUIRE(saga.refuse(0).empty()); // b's action is still in flight: no undo on top of it
  REQUIRE(saga.status() == saga_status::compensating);
  SECTION("done: undone") {
    REQUIRE(saga.done(1).size() == 1);
    saga.undone(1);
    REQUIRE(saga.status() == saga_status::compensated);
  }
  SECTION("failed for certain: nothing to undo, nothing tried again") {
    REQUIRE(saga.break_down(1).empty());
    REQUIRE(saga.status() == saga_status::failed);
  }
  SECTION("no answer: undone, since it may have happened") {
    const auto calls = saga.wake();
    REQUIRE(calls.size() == 1);
    REQUIRE(calls[0].op == operation::compensation);
    saga.undone(1);
    REQUIRE(saga.status() == saga_status::compensated);
  }
  SECTION("still running: not asked again, undone") {
    const auto calls = saga.answer(1, operation::action,
                                   {outcome_kind::still_running, {}, {}, {}, {}});
    REQUIRE(calls.size() == 1);
    REQUIRE(calls[0].op == operation::compensation);
  }
}

TEST_CASE("a cancel undoes and ends CANCELADA", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.done(0);
  REQUIRE(saga.feed(cancel_requested{noon, {"ana", "ya no hace falta"}}).empty());
  REQUIRE(saga.status() == saga_status::compensating);
  REQUIRE(saga.done(1).size() == 1); // b answers after all: undone first
  saga.undone(1);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::cancelled);
  REQUIRE(saga.state.header.error == "cancelada: ya no hace falta");
}

TEST_CASE("a cancel while a retry is awaited does not send it", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.done(0);
  saga.break_down(1);
  const auto calls = saga.feed(cancel_requested{noon, {}});
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].step == 0);
  REQUIRE(calls[0].op == operation::compensation);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::cancelled);
}

TEST_CASE("a paused saga can be cancelled", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.feed(pause_requested{noon, {}});
  saga.done(0);
  REQUIRE(saga.feed(cancel_requested{noon, {}}).size() == 1);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::cancelled);
}

TEST_CASE("a cancel while compensating is noted and changes nothing", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.done(0);
  saga.refuse(1);
  REQUIRE(saga.feed(cancel_requested{noon, {"ana", ""}}).empty());
  REQUIRE(saga.has_note("cancelacion_pedida"));
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::compensated);
}

TEST_CASE("the saga's deadline turns it back", "[saga]") {
  auto a = step("a");
  auto b = step("b");
  b.timeout = std::chrono::hours{1};
  driver saga{sequence({a, b}, std::chrono::minutes{10})};
  saga.start();
  saga.done(0);
  REQUIRE(saga.wake().empty()); // at 10 min; b is in flight
  REQUIRE(saga.now == noon + std::chrono::minutes{10});
  REQUIRE(saga.status() == saga_status::compensating);
  REQUIRE(saga.wake().size() == 1); // b's own time-out: undone too
  saga.undone(1);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::compensated);
  REQUIRE(saga.state.header.cause == turn_cause::deadline);
}

TEST_CASE("a deadline that passes during a pause counts at the resume", "[saga]") {
  driver saga{sequence({step("a"), step("b")}, std::chrono::minutes{10})};
  saga.start();
  saga.feed(pause_requested{noon, {}});
  saga.done(0);
  REQUIRE_FALSE(wakes_at(*saga.plan, saga.state));
  saga.now += std::chrono::minutes{11};
  const auto calls = saga.feed(resume_requested{saga.now, {}});
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].op == operation::compensation);
}

TEST_CASE("a pivot in flight decides whether a cancel takes effect", "[saga]") {
  auto b = step("b");
  b.pivot = true;
  b.compensation.clear();
  auto c = step("c");
  c.compensation.clear();
  driver saga{sequence({step("a"), b, c})};
  saga.start();
  saga.done(0);
  REQUIRE(saga.feed(cancel_requested{noon, {"ana", "tarde"}}).empty());
  REQUIRE(saga.status() == saga_status::running);
  SECTION("done: the saga goes forward, and says so") {
    REQUIRE(saga.done(1).size() == 1);
    REQUIRE(saga.has_note("cancelacion_sin_efecto"));
    saga.done(2);
    REQUIRE(saga.status() == saga_status::completed);
  }
  SECTION("failed for certain: cancelled") {
    REQUIRE(saga.break_down(1).size() == 1);
    saga.undone(0);
    REQUIRE(saga.status() == saga_status::cancelled);
  }
  SECTION("unknown: tried again until it is known, then parked") {
    saga.lose(1);
    REQUIRE(saga.wake().size() == 1);
    saga.lose(1);
    REQUIRE(saga.wake().size() == 1);
    saga.lose(1);
    REQUIRE(saga.status() == saga_status::parked);
    SECTION("an operator knows that it failed: cancelled") {
      saga.feed(operator_decided{noon, 1, decision::fail, {}, {"ana", "comprobado"}});
      saga.undone(0);
      REQUIRE(saga.state.header.cause == turn_cause::operator_decision);
      REQUIRE(is_terminal(saga.status()));
    }
    SECTION("an operator knows that it is done: forward") {
      REQUIRE(saga.feed(operator_decided{noon, 1, decision::complete, document{"{}"}, {}}).size()
              == 1);
      saga.done(2);
      REQUIRE(saga.status() == saga_status::completed);
    }
  }
}
