// Undoing a saga that had ended well, by another one.
#include "saga/undo.hpp"

#include "saga/definition_json.hpp"
#include "support/catch.hpp"
#include "tests/saga/plans.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

constexpr milliseconds day{86'400'000};
const authorship ana{"ana", "se lanzó por error"};

definition_ptr with_window(std::vector<step_definition> steps, milliseconds window = day) {
  auto made = std::make_shared<definition>(*sequence(std::move(steps)));
  made->undo_window = window;
  return made;
}

// A saga on the machine, with the rows that it would have in a store.
class run {
public:
  run(definition_ptr definition, saga_state first)
    : plan(std::move(definition)), state(std::move(first)) {}

  void feed(const event& what) {
    const auto decided = advance(plan, state, what);
    INFO((decided ? "" : decided.error().message));
    REQUIRE(decided);
    for (const step_row& row : decided->written.steps)
      store(row);
    state = decided->next;
    calls = decided->calls;
    const auto again = rebuild(*plan, rows(), noon);
    REQUIRE(again);
    saga_state expected = state;
    for (step_state& step : expected.steps) // set anew by a load
      for (attempt_state* each : {&step.action, &step.compensation})
        each->sent_at = each->in_flight() ? noon : timestamp{};
    CHECK(*again == expected);
  }
  void answer(outcome_kind kind = outcome_kind::done) {
    REQUIRE(calls.size() == 1);
    const call_request call = calls.front();
    outcome said{kind, {}, "x", "x", {}};
    if (kind == outcome_kind::done)
      said.output = document{R"({"de":")" + plan->steps[call.step].name + "\"}"};
    feed(outcome_arrived{noon, call.step, call.op, call.attempt, said});
  }
  stored_saga rows() const { return {state.header, rows_}; }

  definition_ptr plan;
  saga_state state;
  std::vector<call_request> calls;

private:
  void store(const step_row& row) {
    if (row.insert) {
      rows_.push_back(row);
    } else {
      step_row& at = rows_.at(row.order - 1);
      const document input = at.input;
      at = row;
      at.input = input;
    }
    rows_.at(row.order - 1).insert = false;
  }
  std::vector<step_row> rows_;
};

run completed(const definition_ptr& plan) {
  run made{plan, fresh(plan)};
  made.feed(saga_started{noon});
  while (!is_terminal(made.state.header.status))
    made.answer();
  REQUIRE(made.state.header.status == saga_status::completed);
  return made;
}

run undo_of(const run& original) {
  const auto start = undo_start(original.plan, original.rows(), ana, noon);
  INFO((start ? "" : start.error().message));
  REQUIRE(start);
  saga_header header;
  header.id = first_id_at(noon + day);
  header.started = noon;
  header.input = start->input;
  header.origin = {start->undoes->of, saga_relation::undo, {}};
  run made{original.plan, new_saga(*original.plan, std::move(header))};
  made.feed(undo_begun{noon, start->undoes->done, start->undoes->who});
  return made;
}

failure refusal(const definition_ptr& plan, const stored_saga& original, timestamp now = noon) {
  const auto start = undo_start(plan, original, ana, now);
  REQUIRE_FALSE(start);
  CHECK(start.error().code == errc::conflict);
  return start.error();
}

} // namespace

TEST_CASE("an undo takes all back in reverse order, with the inputs of the first saga",
          "[machine][undo]") {
  step_definition pivot = step("b");
  pivot.pivot = true;
  pivot.compensation.clear();
  const auto plan = with_window({step("a"), pivot, step("c")});
  const run original = completed(plan);
  run undo = undo_of(original);
  CHECK(undo.state.header.status == saga_status::compensating);
  CHECK(undo.state.header.cause == turn_cause::operator_decision);
  CHECK(undo.state.header.error == ana.reason);
  CHECK_FALSE(undo.state.header.deadline);
  REQUIRE(undo.calls.size() == 1);
  CHECK(undo.calls[0].step == 2);
  CHECK(undo.calls[0].op == operation::compensation);
  CHECK(undo.calls[0].input.text() == R"({"entrada":{},"salida":{"de":"c"}})");
  CHECK(subject_of(undo.state.header) == original.state.header.id);
  undo.answer();
  REQUIRE(undo.calls.size() == 1); // what has no compensation is passed over
  CHECK(undo.calls[0].step == 0);
  undo.answer();
  CHECK(undo.state.header.status == saga_status::compensated);
}

TEST_CASE("an undo is tried again, and parks when it does not come about", "[machine][undo]") {
  run undo = undo_of(completed(with_window({step("a")})));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    undo.answer(outcome_kind::technical_failure);
    if (attempt < 3)
      undo.feed(time_passed{noon + day});
  }
  CHECK(undo.state.header.status == saga_status::parked);
  undo.feed(operator_decided{noon, 0, decision::retry, {}, ana});
  undo.answer();
  CHECK(undo.state.header.status == saga_status::compensated);
}

TEST_CASE("what may have had an effect is undone, what had none is not", "[machine][undo]") {
  step_definition lost = step("b");
  lost.optional = true;
  lost.retry.attempts = 1;
  step_definition refused = step("c");
  refused.optional = true;
  const auto plan = with_window({step("a"), lost, refused});
  run original{plan, fresh(plan)};
  original.feed(saga_started{noon});
  original.answer();
  original.answer(outcome_kind::unknown);
  original.answer(outcome_kind::business_failure);
  REQUIRE(original.state.header.status == saga_status::completed);
  run undo = undo_of(original);
  CHECK(undo.calls.at(0).step == 1);
  undo.answer();
  CHECK(undo.calls.at(0).step == 0);
  undo.answer();
  CHECK(undo.state.header.status == saga_status::compensated);
}

TEST_CASE("only what ended well is undone, within its window, and when there is something to",
          "[machine][undo]") {
  const auto plan = with_window({step("a")});
  run going{plan, fresh(plan)};
  going.feed(saga_started{noon});
  CHECK(refusal(plan, going.rows()).message.find("EN_PROGRESO") != std::string::npos);
  const run original = completed(plan);
  CHECK(undo_start(plan, original.rows(), ana, noon + day));
  CHECK(refusal(plan, original.rows(), noon + day + milliseconds{1}).message.find("2026-01-03T12")
        != std::string::npos);
  const auto never = with_window({step("a")}, milliseconds{0});
  CHECK(refusal(never, original.rows()).message.find("ventana_compensacion") != std::string::npos);
  step_definition plain = step("a");
  plain.compensation.clear();
  const auto nothing = with_window({plain});
  CHECK(refusal(nothing, original.rows()).message.find("nothing to undo") != std::string::npos);
}

TEST_CASE("there is one undo of a saga, by its key", "[undo]") {
  const auto plan = with_window({step("a")});
  const run original = completed(plan);
  const auto start = undo_start(plan, original.rows(), ana, noon);
  REQUIRE(start);
  REQUIRE(start->once);
  CHECK(start->once->key == "sagas:deshacer/" + to_text(original.state.header.id));
}

TEST_CASE("a definition says for how long it may be undone", "[definition][undo]") {
  const auto read = parse_definition(
    R"({"tipo":"t","ventana_compensacion":"30d","pasos":[{"nombre":"a","microservicio":"s"}]})");
  REQUIRE(read);
  CHECK((*read)->undo_window == 30 * day);
  CHECK_FALSE(parse_definition(
    R"({"tipo":"t","ventana_compensacion":"x","pasos":[{"nombre":"a","microservicio":"s"}]})"));
}
