// What holds of the machine in every order of events, for properties and fuzzers: thrown when not.
#pragma once

#include <algorithm>
#include <set>

#include "tests/saga/world.hpp"

namespace sagas::test {

// Which arrows the contract's states have (invariant S1).
inline bool is_arrow(saga_status from, saga_status to) {
  using s = saga_status;
  if (from == to)
    return !is_terminal(from);
  switch (from) {
  case s::started: return to == s::running;
  case s::running: return to != s::started;
  case s::paused: return to != s::started;
  case s::compensating:
    return to == s::paused || to == s::parked || to == s::compensated || to == s::cancelled
           || to == s::failed;
  case s::parked: return to != s::started;
  case s::completed:
  case s::compensated:
  case s::cancelled:
  case s::failed: return false;
  }
  return false;
}

inline void check_calls(const definition& plan, const saga_state& before,
                        const transition& decided) {
  for (const call_request& call : decided.calls) {
    const step_definition& step = plan.steps[call.step];
    if (call.op == operation::action) {
      expect(decided.next.header.way == direction::forward, "S7: an action is sent forward only");
      for (std::size_t needed : step.depends_on) {
        const step_status status = decided.next.steps[needed].action.status;
        expect(status == step_status::completed || status == step_status::skipped,
               "S8: an action is sent when what it depends on is settled");
      }
    } else {
      expect(before.steps[call.step].action.number > 0, "S9: what is undone was sent before");
      expect(!step.compensation.empty(), "S9: what is undone has a compensation");
      if (plan.pivot && decided.next.header.cause != turn_cause::forced)
        expect(decided.next.steps[*plan.pivot].action.status != step_status::completed,
               "S10: nothing is undone behind the pivot");
    }
  }
}

// S6: what is being undone for the first time lies behind no step with an effect left.
inline void check_undo_order(const definition& plan, const saga_state& before,
                             const transition& decided) {
  for (const call_request& call : decided.calls) {
    if (call.op != operation::compensation || before.steps[call.step].compensation.number > 0)
      continue;
    std::vector<std::size_t> open = plan.dependents[call.step];
    std::set<std::size_t> seen;
    while (!open.empty()) {
      const std::size_t after = open.back();
      open.pop_back();
      if (!seen.insert(after).second)
        continue;
      const step_state& it = decided.next.steps[after];
      const bool effect = it.action.status == step_status::completed || it.maybe_done;
      expect(!it.action.in_flight(), "S6: nothing behind what is undone is in flight");
      expect(!effect || plan.steps[after].compensation.empty()
               || it.compensation.status == step_status::compensated
               || it.compensation.status == step_status::skipped,
             "S6: what lies behind is undone first");
      open.insert(open.end(), plan.dependents[after].begin(), plan.dependents[after].end());
    }
  }
}

inline void check_end(const definition& plan, const saga_state& state) {
  if (state.header.cause == turn_cause::forced)
    expect(state.header.status == saga_status::failed,
           "a forced turn is never said to be undone: its pivot is not");
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const step_state& step = state.steps[i];
    const bool effect = step.action.status == step_status::completed || step.maybe_done;
    if (state.header.status == saga_status::completed) {
      expect(step.action.status == step_status::completed
               || step.action.status == step_status::skipped,
             "S3: a completed saga has done every step");
      expect(step.compensation.number == 0, "S3: a completed saga has undone nothing");
    } else if (state.header.status != saga_status::failed) {
      const bool undone = step.compensation.status == step_status::compensated;
      expect(undone == (effect && !plan.steps[i].compensation.empty()),
             "S4, S5: just what may have had an effect is undone");
    }
  }
}

inline void check_alive(const definition& plan, const saga_state& state) {
  const saga_status status = state.header.status;
  if (is_terminal(status) || status == saga_status::paused || status == saga_status::parked)
    return;
  bool signal_awaited = false;
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    signal_awaited = signal_awaited
                     || (plan.steps[i].wait && !plan.steps[i].wait->signal.empty()
                         && state.steps[i].action.in_flight());
  expect(wakes_at(plan, state).has_value() || !outstanding(plan, state).empty() || signal_awaited,
         "a saga that has not ended waits for something");
}

inline void check_attempts(const definition& plan, const saga_state& state, std::uint32_t rounds) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const step_state& step = state.steps[i];
    expect(step.action.number <= plan.steps[i].retry.attempts * rounds,
           "V5: no more attempts than the policy allows");
    // One more round than asked for: late replies may have the undo sent again.
    expect(step.compensation.number
             <= plan.steps[i].compensation_retry.attempts * (rounds + 1) + step.action.number,
           "V5: no more undos than the policy allows");
  }
}

inline void check(world& it, const saga_state& before, const std::vector<call_request>& waited,
                  const transition& decided) {
  expect(is_arrow(before.header.status, decided.next.header.status), "S1: an arrow of the states");
  std::vector<call_request> fresh;
  for (const call_request& call : outstanding(*it.plan, decided.next))
    if (std::find(waited.begin(), waited.end(), call) == waited.end())
      fresh.push_back(call);
  expect(decided.calls == fresh, "the calls are what has become outstanding");
  const auto again = rebuild(*it.plan, it.rows.stored, it.now);
  expect(static_cast<bool>(again), "R1: the rows can be read");
  expect(without_sending_times(*again) == without_sending_times(decided.next),
         "R1: the rows give the state back");
  check_calls(*it.plan, before, decided);
  check_undo_order(*it.plan, before, decided);
  check_alive(*it.plan, decided.next);
  check_attempts(*it.plan, decided.next, it.rounds);
  if (is_terminal(decided.next.header.status))
    check_end(*it.plan, decided.next);
}

/// Feeds one event and checks what comes of it; false when it was refused.
inline bool take_checked(world& it, const event& what) {
  const saga_state before = it.state;
  const auto waited = outstanding(*it.plan, before);
  const auto decided = advance(it.plan, before, what);
  if (!decided) {
    expect(decided.error().code == errc::stale || decided.error().code == errc::conflict
             || std::holds_alternative<signal_received>(what),
           "what happens is refused as stale or as a conflict");
    return false;
  }
  it.take(*decided);
  check(it, before, waited, *decided);
  return true;
}

} // namespace sagas::test
