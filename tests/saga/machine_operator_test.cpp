// Parking and the operator's four decisions, on the way back and behind the pivot.
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

driver parked_at_undo() {
  driver saga{sequence({step("a"), step("b"), step("c")})};
  saga.start();
  saga.done(0);
  saga.done(1);
  saga.refuse(2);
  saga.refuse(1, operation::compensation);
  REQUIRE(saga.status() == saga_status::parked);
  return saga;
}

driver parked_behind_pivot() {
  auto b = step("b");
  b.pivot = true;
  b.compensation.clear();
  auto c = step("c");
  c.compensation.clear();
  driver saga{sequence({step("a"), b, c, step("d")})};
  saga.start();
  saga.done(0);
  saga.done(1);
  saga.refuse(2);
  REQUIRE(saga.status() == saga_status::parked);
  return saga;
}

std::vector<call_request> decide(driver& saga, std::size_t step, decision what) {
  return saga.feed(
    operator_decided{saga.now, step, what, document{R"({"a_mano":1})"}, {"ana", "lo he mirado"}});
}

} // namespace

TEST_CASE("an undo that keeps failing ends in REQUIERE_ATENCION, never skipped", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.done(0);
  saga.refuse(1);
  for (int attempt = 1; attempt < 3; ++attempt) {
    saga.break_down(0, operation::compensation);
    REQUIRE(saga.status() == saga_status::compensating);
    REQUIRE(saga.wake().size() == 1);
  }
  saga.break_down(0, operation::compensation);
  REQUIRE(saga.status() == saga_status::parked);
  REQUIRE_FALSE(wakes_at(*saga.plan, saga.state));
  REQUIRE(saga.has_note("aparcada"));
}

TEST_CASE("reintentar opens a new round of the policy", "[saga]") {
  driver saga = parked_at_undo();
  const auto calls = decide(saga, 1, decision::retry);
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].attempt == 2);
  REQUIRE(saga.status() == saga_status::compensating);
  saga.break_down(1, operation::compensation);
  saga.wake();
  saga.break_down(1, operation::compensation);
  saga.wake();
  REQUIRE(saga.status() == saga_status::compensating); // the third of the new round
  saga.undone(1);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::compensated);
}

TEST_CASE("completar says that it was undone by hand: COMPENSADA", "[saga]") {
  driver saga = parked_at_undo();
  REQUIRE(decide(saga, 1, decision::complete).size() == 1);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::compensated);
  REQUIRE(saga.rows.history.back().by == "ana");
}

TEST_CASE("an undo given up is never reported as compensated", "[saga]") {
  const auto how = GENERATE(decision::skip, decision::fail);
  driver saga = parked_at_undo();
  REQUIRE(decide(saga, 1, how).size() == 1); // the others are undone all the same
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::failed);
  REQUIRE(saga.status(1) == step_status::skipped);
}

TEST_CASE("behind the pivot each decision goes forward or ends it", "[saga]") {
  driver saga = parked_behind_pivot();
  SECTION("reintentar") {
    REQUIRE(decide(saga, 2, decision::retry).size() == 1);
    saga.done(2);
    saga.done(3);
    REQUIRE(saga.status() == saga_status::completed);
    REQUIRE(saga.state.header.error.empty());
  }
  SECTION("omitir") {
    const auto calls = decide(saga, 2, decision::skip);
    REQUIRE(calls.size() == 1);
    REQUIRE(calls[0].step == 3);
    REQUIRE(saga.status(2) == step_status::skipped);
  }
  SECTION("completar, with the output that later steps see") {
    REQUIRE(decide(saga, 2, decision::complete).size() == 1);
    REQUIRE(saga.state.steps[2].output == document{R"({"a_mano":1})"});
  }
  SECTION("fallar ends it, with the reason kept") {
    REQUIRE(decide(saga, 2, decision::fail).empty());
    REQUIRE(saga.status() == saga_status::failed);
    REQUIRE(saga.state.header.error == "c: no hay saldo");
  }
}

TEST_CASE("a decision is refused where none is waited for", "[saga]") {
  driver saga = parked_at_undo();
  REQUIRE(saga.refused(operator_decided{noon, 0, decision::skip, {}, {}}) == errc::conflict);
  REQUIRE(saga.refused(operator_decided{noon, 9, decision::skip, {}, {}}) == errc::invalid_input);
  driver running{sequence({step("a")})};
  running.start();
  REQUIRE(running.refused(operator_decided{noon, 0, decision::retry, {}, {}}) == errc::conflict);
}

TEST_CASE("with two undos stuck both must be decided", "[saga]") {
  auto c = step("c");
  c.depends_on = {0, 1};
  driver saga{graph({step("a"), step("b"), c})};
  saga.start();
  saga.done(0);
  saga.done(1);
  REQUIRE(saga.refuse(2).size() == 2);
  saga.refuse(0, operation::compensation);
  REQUIRE(saga.status() == saga_status::parked);
  saga.refuse(1, operation::compensation);
  decide(saga, 0, decision::complete);
  REQUIRE(saga.status() == saga_status::parked);
  decide(saga, 1, decision::complete);
  REQUIRE(saga.status() == saga_status::compensated);
}

TEST_CASE("a saga parked because loading it failed is resumed by reanudar", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga.feed(recovery_abandoned{noon});
  REQUIRE(saga.status() == saga_status::parked);
  saga.done(0);
  REQUIRE(saga.status() == saga_status::parked);
  REQUIRE(saga.feed(resume_requested{noon, {"ana", ""}}).size() == 1);
  REQUIRE(saga.status() == saga_status::running);
}

TEST_CASE("nothing is decided about a step before the pivot's answer is there", "[saga]") {
  auto pivot = step("p");
  pivot.pivot = true;
  pivot.compensation.clear();
  auto beside = step("q");
  beside.compensation.clear();
  driver saga{graph({pivot, beside})};
  saga.start();
  saga.refuse(1);
  saga.feed(recovery_abandoned{noon}); // the only way to be parked with a pivot in flight
  REQUIRE(saga.refused(operator_decided{noon, 1, decision::fail, {}, {}}) == errc::conflict);
  saga.done(0);
  decide(saga, 1, decision::fail);
  REQUIRE(saga.status() == saga_status::failed);
}
