// Properties of the machine over random definitions and random orders of events.
//
// A tape of random numbers drives both, so that a failing case is shrunk by shortening the tape.
// The world beside the machine keeps what participants really did; it answers, loses, repeats and
// delays as the tape says.
#include <cstdlib>
#include <set>

#include <rapidcheck.h>

#include "tests/saga/world.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

// Rare orders of events need more than the library's 100 cases; RC_PARAMS of the caller wins.
// NOLINTNEXTLINE(concurrency-mt-unsafe): before main() there is one thread
const int more_cases = setenv("RC_PARAMS", "max_success=4000", 0);

// Which arrows the contract's states have (invariant S1).
bool is_arrow(saga_status from, saga_status to) {
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

void check_calls(const definition& plan, const saga_state& before, const transition& decided) {
  for (const call_request& call : decided.calls) {
    const step_definition& step = plan.steps[call.step];
    if (call.op == operation::action) {
      RC_ASSERT(decided.next.header.way == direction::forward); // S7
      for (std::size_t needed : step.depends_on) {              // S8
        const step_status status = decided.next.steps[needed].action.status;
        RC_ASSERT(status == step_status::completed || status == step_status::skipped);
      }
    } else {
      RC_ASSERT(before.steps[call.step].action.number > 0); // S9
      RC_ASSERT(!step.compensation.empty());
      if (plan.pivot && decided.next.header.cause != turn_cause::forced) // S10
        RC_ASSERT(decided.next.steps[*plan.pivot].action.status != step_status::completed);
    }
  }
}

// S6: what is being undone for the first time lies behind no step with an effect left.
void check_undo_order(const definition& plan, const saga_state& before, const transition& decided) {
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
      RC_ASSERT(!it.action.in_flight());
      RC_ASSERT(!effect || plan.steps[after].compensation.empty()
                || it.compensation.status == step_status::compensated
                || it.compensation.status == step_status::skipped);
      open.insert(open.end(), plan.dependents[after].begin(), plan.dependents[after].end());
    }
  }
}

void check_end(const definition& plan, const saga_state& state) {
  if (state.header.cause == turn_cause::forced) // never said to be undone: its pivot is not
    RC_ASSERT(state.header.status == saga_status::failed);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const step_state& step = state.steps[i];
    const bool effect = step.action.status == step_status::completed || step.maybe_done;
    if (state.header.status == saga_status::completed) { // S3
      RC_ASSERT(step.action.status == step_status::completed
                || step.action.status == step_status::skipped);
      RC_ASSERT(step.compensation.number == 0);
    } else if (state.header.status != saga_status::failed) { // S4, S5
      const bool undone = step.compensation.status == step_status::compensated;
      RC_ASSERT(undone == (effect && !plan.steps[i].compensation.empty()));
    }
  }
}

void check_alive(const definition& plan, const saga_state& state) {
  const saga_status status = state.header.status;
  if (is_terminal(status) || status == saga_status::paused || status == saga_status::parked)
    return;
  bool signal_awaited = false;
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    signal_awaited = signal_awaited
                     || (plan.steps[i].wait && !plan.steps[i].wait->signal.empty()
                         && state.steps[i].action.in_flight());
  RC_ASSERT(wakes_at(plan, state).has_value() || !outstanding(plan, state).empty()
            || signal_awaited);
}

void check_attempts(const definition& plan, const saga_state& state, std::uint32_t rounds) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) { // V5
    const step_state& step = state.steps[i];
    RC_ASSERT(step.action.number <= plan.steps[i].retry.attempts * rounds);
    // One more round than asked for: late replies may have the undo sent again.
    RC_ASSERT(step.compensation.number
              <= plan.steps[i].compensation_retry.attempts * (rounds + 1) + step.action.number);
  }
}

void check(world& it, const saga_state& before, const std::vector<call_request>& waited,
           const transition& decided) {
  RC_ASSERT(is_arrow(before.header.status, decided.next.header.status));
  std::vector<call_request> fresh;
  for (const call_request& call : outstanding(*it.plan, decided.next))
    if (std::find(waited.begin(), waited.end(), call) == waited.end())
      fresh.push_back(call);
  RC_ASSERT(decided.calls == fresh);
  const auto again = rebuild(*it.plan, it.rows.stored, it.now); // R1
  RC_ASSERT(static_cast<bool>(again));
  RC_ASSERT(without_sending_times(*again) == without_sending_times(decided.next));
  check_calls(*it.plan, before, decided);
  check_undo_order(*it.plan, before, decided);
  check_alive(*it.plan, decided.next);
  check_attempts(*it.plan, decided.next, it.rounds);
  if (is_terminal(decided.next.header.status))
    check_end(*it.plan, decided.next);
}

} // namespace

TEST_CASE("the machine keeps its invariants in every order of events", "[saga][properties]") {
  reached counts;
  const bool held = rc::check("invariants", [&counts] {
    const auto tape = *rc::gen::scale(4.0, rc::gen::arbitrary<std::vector<std::uint16_t>>());
    world it{tape};
    while (auto what = it.next_event()) {
      const saga_state before = it.state;
      const auto waited = outstanding(*it.plan, before);
      const auto decided = advance(it.plan, before, *what);
      if (!decided) {
        RC_ASSERT(decided.error().code == errc::stale || decided.error().code == errc::conflict
                  || std::holds_alternative<signal_received>(*what));
        ++counts.refused;
        continue;
      }
      it.take(*decided);
      check(it, before, waited, *decided);
    }
    counts.count(it);
  });
  REQUIRE(held);
  INFO(counts.text());
  REQUIRE(counts.all());
}

TEST_CASE("left alone with answering participants every saga ends", "[saga][properties]") {
  const bool held = rc::check("liveness", [] {
    const auto tape = *rc::gen::scale(2.0, rc::gen::arbitrary<std::vector<std::uint16_t>>());
    world it{tape};
    while (auto what = it.next_event())
      if (const auto decided = advance(it.plan, it.state, *what))
        it.take(*decided);
    RC_ASSERT(it.comes_to_an_end());
  });
  REQUIRE(held);
}
