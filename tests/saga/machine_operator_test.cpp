// Parking and the operator's decisions, on the way back and behind the pivot.
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

// -- an edited input ------------------------------------------------------------------------------

namespace {

operator_decided retry_with(std::size_t step, const std::string& input) {
  return {noon, step, decision::retry, {}, {"ana", "cuenta cambiada"}, document{input}};
}

} // namespace

TEST_CASE("reintentar with an edited input sends that, and the old row keeps its own", "[saga]") {
  driver saga = parked_behind_pivot();
  const auto calls = saga.feed(retry_with(2, R"({"cuenta":"b"})"));
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].input.text() == R"({"cuenta":"b"})");
  REQUIRE(saga.rows.stored.steps[2].input.text() == "{}");
  REQUIRE(saga.rows.stored.steps[3].input.text() == R"({"cuenta":"b"})");
}

TEST_CASE("an edited input stays in force for later attempts and rounds", "[saga]") {
  driver saga = parked_behind_pivot();
  saga.feed(retry_with(2, R"({"cuenta":"b"})"));
  saga.break_down(2);
  REQUIRE(saga.wake().at(0).input.text() == R"({"cuenta":"b"})");
  saga.refuse(2);
  REQUIRE(saga.status() == saga_status::parked);
  REQUIRE(decide(saga, 2, decision::retry).at(0).input.text() == R"({"cuenta":"b"})");
  saga.refuse(2);
  REQUIRE(saga.feed(retry_with(2, R"({"cuenta":"c"})")).at(0).input.text() == R"({"cuenta":"c"})");
}

TEST_CASE("the template's own input again takes the edit back", "[saga]") {
  driver saga = parked_behind_pivot();
  saga.feed(retry_with(2, R"({"cuenta":"b"})"));
  saga.refuse(2);
  saga.feed(retry_with(2, "{}"));
  REQUIRE(saga.state.steps[2].action.input.empty());
}

TEST_CASE("an undo may be edited too, and an undo's input holds its action's edited one",
          "[saga]") {
  driver saga = parked_at_undo();
  REQUIRE(saga.feed(retry_with(1, R"({"pedido":7})")).at(0).input.text() == R"({"pedido":7})");
  saga.break_down(1, operation::compensation);
  REQUIRE(saga.wake().at(0).input.text() == R"({"pedido":7})");

  auto pivot = step("p");
  pivot.pivot = true;
  pivot.compensation.clear();
  pivot.depends_on = {0};
  driver forced{graph({step("a"), pivot})};
  forced.start();
  forced.done(0);
  for (int i = 0; i < 2; ++i) {
    forced.lose(1);
    forced.wake();
  }
  forced.lose(1);
  REQUIRE(forced.status() == saga_status::parked);
  forced.feed(retry_with(1, R"({"n":1})"));
  REQUIRE(forced.sent.back().input.text() == R"({"n":1})");
}

// -- turning back behind the pivot ----------------------------------------------------------------

TEST_CASE("compensar undoes what can be undone behind the pivot, and ends in FALLIDA", "[saga]") {
  driver saga = parked_behind_pivot();
  const auto calls = decide(saga, 2, decision::turn);
  REQUIRE(calls.size() == 1); // of a; the pivot b and c have no undo, d was never sent
  REQUIRE(calls[0].step == 0);
  REQUIRE(calls[0].op == operation::compensation);
  REQUIRE(saga.status() == saga_status::compensating);
  REQUIRE(saga.state.header.cause == turn_cause::forced);
  REQUIRE(saga.rows.history.back().kind == "compensar");
  REQUIRE(saga.rows.history.back().by == "ana");
  REQUIRE(saga.rows.history.back().reason == "lo he mirado");
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::failed); // the pivot's effect is still there
  REQUIRE(saga.state.header.error == "c: no hay saldo");
}

TEST_CASE("compensar with nothing that has an undo ends the saga at once", "[saga]") {
  auto pivot = step("p");
  pivot.pivot = true;
  pivot.compensation.clear();
  auto behind = step("q");
  behind.compensation.clear();
  driver saga{sequence({pivot, behind})};
  saga.start();
  saga.done(0);
  saga.refuse(1);
  REQUIRE(decide(saga, 1, decision::turn).empty());
  REQUIRE(saga.status() == saga_status::failed);
}

TEST_CASE("compensar waits for a branch that is still in flight", "[saga]") {
  auto pivot = step("p");
  pivot.pivot = true;
  pivot.compensation.clear();
  pivot.depends_on = {0};
  auto left = step("l");
  left.compensation.clear();
  left.depends_on = {1};
  auto right = left;
  right.name = "r";
  driver saga{graph({step("a"), pivot, left, right})};
  saga.start();
  saga.done(0);
  saga.done(1);
  saga.refuse(2);
  REQUIRE(saga.status() == saga_status::parked);
  REQUIRE(decide(saga, 2, decision::turn).empty()); // r may still have its effect
  REQUIRE(saga.status() == saga_status::compensating);
  REQUIRE(saga.done(3).size() == 1);
  saga.undone(0);
  REQUIRE(saga.status() == saga_status::failed);
}

TEST_CASE("compensar is refused on the way back, and where nothing is parked", "[saga]") {
  driver saga = parked_at_undo();
  REQUIRE(saga.refused(operator_decided{noon, 1, decision::turn, {}, {}}) == errc::conflict);
  driver running{sequence({step("a")})};
  running.start();
  REQUIRE(running.refused(operator_decided{noon, 0, decision::turn, {}, {}}) == errc::conflict);
}
