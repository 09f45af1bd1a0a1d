// Drives one saga through the machine and keeps what the store would hold, as a table. After each
// event the rows must give back the state, and the calls must be what became outstanding.
#pragma once

#include <algorithm>

#include "support/catch.hpp"
#include "tests/saga/plans.hpp"
#include "tests/saga/rows_table.hpp"

namespace sagas::test {

class driver {
public:
  explicit driver(definition_ptr definition) : plan(std::move(definition)), state(fresh(plan)) {}

  /// Feeds an event that must be accepted; returns the calls it leads to.
  std::vector<call_request> feed(const event& what) {
    const auto before = outstanding(*plan, state);
    auto decided = advance(plan, state, what);
    INFO((decided ? "" : decided.error().message));
    REQUIRE(decided);
    rows.apply(decided->written);
    state = decided->next;
    check_calls(before, decided->calls);
    check_rows();
    sent.insert(sent.end(), decided->calls.begin(), decided->calls.end());
    return decided->calls;
  }

  /// Feeds an event that must be refused; returns how. The state stays as it is.
  errc refused(const event& what) const {
    const auto decided = advance(plan, state, what);
    REQUIRE_FALSE(decided);
    return decided.error().code;
  }

  std::vector<call_request> start() { return feed(saga_started{now}); }

  std::vector<call_request> answer(std::size_t step, operation op, outcome what) {
    const step_state& at = state.steps[step];
    const auto attempt = op == operation::action ? at.action.number : at.compensation.number;
    return feed(outcome_arrived{now, step, op, attempt, std::move(what)});
  }
  std::vector<call_request> done(std::size_t step, std::string output = R"({"ok":true})") {
    return answer(step, operation::action,
                  {outcome_kind::done, document{std::move(output)}, {}, {}, {}});
  }
  std::vector<call_request> undone(std::size_t step) {
    return answer(step, operation::compensation, {outcome_kind::done, document{"{}"}, {}, {}, {}});
  }
  std::vector<call_request> refuse(std::size_t step, operation op = operation::action) {
    return answer(step, op, {outcome_kind::business_failure, {}, "negocio", "no hay saldo", {}});
  }
  std::vector<call_request> break_down(std::size_t step, operation op = operation::action) {
    return answer(step, op, {outcome_kind::technical_failure, {}, "roto", "se ha roto", {}});
  }
  std::vector<call_request> lose(std::size_t step, operation op = operation::action) {
    return answer(step, op, {outcome_kind::unknown, {}, "perdida", "sin respuesta", {}});
  }
  /// Lets time pass until the machine wants to be woken.
  std::vector<call_request> wake() {
    const auto at = wakes_at(*plan, state);
    REQUIRE(at);
    now = std::max(now, *at);
    return feed(time_passed{now});
  }
  saga_status status() const { return state.header.status; }
  step_status status(std::size_t step) const { return status_of(state.steps[step]); }
  bool has_note(const std::string& kind) const {
    return std::any_of(rows.history.begin(), rows.history.end(),
                       [&](const history_row& row) { return row.kind == kind; });
  }

  definition_ptr plan;
  saga_state state;
  table rows;
  timestamp now = noon;
  std::vector<call_request> sent;

private:
  void check_calls(const std::vector<call_request>& before,
                   const std::vector<call_request>& calls) const {
    std::vector<call_request> expected;
    for (const call_request& it : outstanding(*plan, state))
      if (std::find(before.begin(), before.end(), it) == before.end())
        expected.push_back(it);
    REQUIRE(calls == expected);
  }
  void check_rows() const {
    const auto again = rebuild(*plan, rows.stored, now);
    REQUIRE(again);
    REQUIRE(without_sending_times(*again) == without_sending_times(state));
    REQUIRE(outstanding(*plan, *again) == outstanding(*plan, state));
  }
};

} // namespace sagas::test
