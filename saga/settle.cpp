// What a state calls for: the next sends, the turn back, the undo in its order, parking, the end.
#include "saga/draft.hpp"
#include "saga/rules.hpp"

namespace sagas {
namespace {

bool is_due(const attempt_state& attempt, timestamp at) {
  return attempt.due && *attempt.due <= at;
}

// A step that waits for its next attempt, or for its next question, gets it when it is time.
void go_on(draft& work, std::size_t step, operation op, const attempt_state& attempt,
           timestamp at) {
  if (!is_due(attempt, at) || work.plan().steps[step].wait)
    return; // a wait's end is an event of its own
  if (attempt.in_flight())
    work.ask_again(step, op, at);
  else
    work.send(step, op, at);
}

// Turns back if there is a reason to and the pivot allows it. A reason that has to wait for the
// pivot's answer is looked at again when that has come.
void consider_turning(draft& work, timestamp at) {
  saga_header& header = work.header();
  const bool overdue = header.deadline && *header.deadline <= at;
  if (!header.cancel_pending && !overdue && !rules::any_blocking(work.state()))
    return;
  if (rules::can_turn(work.plan(), work.state())) {
    if (header.cancel_pending)
      turn_back(work, at, turn_cause::cancellation, header.error);
    else if (rules::any_blocking(work.state()))
      turn_back(work, at, turn_cause::failure, header.error);
    else
      turn_back(work, at, turn_cause::deadline, "plazo de la saga vencido");
  } else if (header.cancel_pending && rules::pivot_passed(work.plan(), work.state())) {
    header.cancel_pending = false; // only forward from here
    work.note(at, "cancelacion_sin_efecto");
  }
}

void park(draft& work, timestamp at) {
  if (work.header().status == saga_status::parked)
    return;
  work.header().status = saga_status::parked;
  for (std::size_t step = 0; step < work.state().steps.size(); ++step)
    if (rules::is_blocking(work.state(), step))
      work.note(at, "aparcada", step);
}

// True when a step was done at once: others may be ready now.
bool go_forward(draft& work, timestamp at) {
  const definition& plan = work.plan();
  bool done = true;
  bool again = false;
  for (std::size_t step = 0; step < plan.steps.size(); ++step) {
    const attempt_state& action = work.state().steps[step].action;
    done = done
           && (action.status == step_status::completed || action.status == step_status::skipped);
    if (!rules::may_go_forward(plan, work.state(), step))
      continue;
    if (action.status == step_status::pending && rules::is_ready(plan, work.state(), step)) {
      work.send(step, operation::action, at);
      again = again || action.status == step_status::completed;
    } else {
      go_on(work, step, operation::action, action, at);
    }
  }
  if (done)
    work.end(saga_status::completed, at);
  return again;
}

saga_status undone_status(const draft& work) {
  bool any_undone = false;
  for (const step_state& step : work.state().steps) {
    if (step.compensation.status == step_status::skipped)
      return saga_status::failed; // an operator gave an undo up: never reported as compensated
    any_undone = any_undone || step.compensation.status == step_status::compensated;
  }
  if (work.state().header.cause == turn_cause::forced)
    return saga_status::failed; // the pivot's effect, or what it may have had, is still there
  if (work.state().header.cause == turn_cause::cancellation)
    return saga_status::cancelled;
  return any_undone ? saga_status::compensated : saga_status::failed;
}

void go_backward(draft& work, timestamp at) {
  const definition& plan = work.plan();
  const std::vector<bool> free = rules::free_to_undo(plan, work.state());
  bool settled = true;
  for (std::size_t step = 0; step < plan.steps.size(); ++step) {
    const step_state& now = work.state().steps[step];
    if (now.action.in_flight() || now.compensation.in_flight()) {
      settled = false; // an undo waits for the answer of its own action
      go_on(work, step, operation::compensation, now.compensation, at);
    } else if (rules::needs_undo(plan, work.state(), step)) {
      settled = false;
      if (free[step] && now.compensation.status == step_status::pending)
        work.send(step, operation::compensation, at);
      else
        go_on(work, step, operation::compensation, now.compensation, at);
    }
  }
  if (settled)
    work.end(undone_status(work), at);
}

} // namespace

void turn_back(draft& work, timestamp at, turn_cause cause, const std::string& error) {
  saga_header& header = work.header();
  header.way = direction::backward;
  header.cause = cause;
  header.cancel_pending = false;
  header.error = error;
  for (std::size_t step = 0; step < work.state().steps.size(); ++step) {
    const attempt_state& action = work.state().steps[step].action;
    if (work.plan().steps[step].wait
        && (action.in_flight() || rules::has_early_signal(work.state().steps[step])))
      work.stop_waiting(step, at);
    else if (action.in_flight()
             && action.due) // asking again would send forward: it counts as unknown
      work.fail(step, operation::action, at,
                {outcome_kind::unknown, {}, "en_curso", "seguía en curso al retroceder", {}}, {});
    else if (action.status == step_status::failed)
      work.drop_retry(step);
  }
}

void settle(draft& work, timestamp at) {
  if (!rules::is_acting(work.state()))
    return;
  if (work.header().way == direction::forward)
    consider_turning(work, at);
  if (rules::any_blocking(work.state()) && !rules::pivot_undecided(work.plan(), work.state()))
    return park(work, at);
  const bool forward = work.header().way == direction::forward;
  work.header().status = forward ? saga_status::running : saga_status::compensating;
  if (!forward)
    return go_backward(work, at);
  while (go_forward(work, at)) // at most once for each step that waits
    ;
}

} // namespace sagas
