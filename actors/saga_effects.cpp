#include "actors/saga_effects.hpp"

namespace sagas::actors {
namespace {

const attempt_state& attempt_of(const step_state& step, operation op) {
  return op == operation::action ? step.action : step.compensation;
}

// An attempt has ended when it is in flight no more, or another one has taken its place.
void report_attempts(telemetry& to, const definition& plan, const saga_state& before,
                     const saga_state& after, timestamp at) {
  for (std::size_t step = 0; step < before.steps.size(); ++step) {
    if (plan.steps[step].wait)
      continue; // nobody was called
    for (const operation op : {operation::action, operation::compensation}) {
      const attempt_state& was = attempt_of(before.steps[step], op);
      const attempt_state& is = attempt_of(after.steps[step], op);
      if (was.in_flight() && (!is.in_flight() || is.number != was.number))
        to.attempt_ended(plan.steps[step].service, op,
                         is.number == was.number ? is.kind : outcome_kind::unknown,
                         at - was.started);
    }
  }
}

} // namespace

void report(telemetry& to, const definition& plan, const saga_state& before,
            const saga_state& after, timestamp at) {
  const saga_status was = before.header.status;
  const saga_status is = after.header.status;
  if (was == saga_status::started)
    to.saga_started(plan.type);
  report_attempts(to, plan, before, after, at);
  if (is == saga_status::parked && was != saga_status::parked)
    to.saga_parked(plan.type);
  if (is_terminal(is))
    to.saga_ended(plan.type, is, at - after.header.started);
}

bool awaits_answer(const definition& plan, const saga_state& state) {
  for (std::size_t step = 0; step < state.steps.size(); ++step)
    if (!plan.steps[step].wait
        && (state.steps[step].action.in_flight() || state.steps[step].compensation.in_flight()))
      return true;
  return false;
}

std::vector<awaited_call> awaited_calls(const definition& plan, const saga_state& state) {
  std::vector<awaited_call> calls;
  for (std::size_t step = 0; step < state.steps.size(); ++step)
    for (const operation op : {operation::action, operation::compensation})
      if (const attempt_state& attempt = attempt_of(state.steps[step], op);
          attempt.in_flight() && !plan.steps[step].wait)
        calls.push_back({step, op, attempt.sent_at});
  return calls;
}

void set_sending_times(saga_state& state, const std::vector<awaited_call>& awaited) {
  for (const awaited_call& call : awaited) {
    step_state& step = state.steps[call.step];
    (call.op == operation::action ? step.action : step.compensation).sent_at = call.sent_at;
  }
}

timestamp deadline_of(const definition& plan, const saga_state& state, const call_request& what) {
  const step_definition& step = plan.steps[what.step];
  const bool action = what.op == operation::action;
  return attempt_of(state.steps[what.step], what.op).sent_at
         + (action ? step.timeout : step.compensation_timeout);
}

bool is_asked_again(const saga_state& state, const call_request& what) {
  const attempt_state& attempt = attempt_of(state.steps[what.step], what.op);
  return attempt.sent_at != attempt.started;
}

} // namespace sagas::actors
