#include "saga/draft.hpp"

#include <algorithm>

#include "saga/rules.hpp"

namespace sagas {

draft::draft(const definition_ptr& plan, const saga_state& before)
  : plan_(plan), before_(before), next_(before) {
  written_.id = before.header.id;
  written_.plan = plan;
  written_.insert = before.header.status == saga_status::started;
}

const attempt_state& draft::attempt(std::size_t step, operation op) const {
  const step_state& at = next_.steps[step];
  return op == operation::action ? at.action : at.compensation;
}

attempt_state& draft::attempt_of(std::size_t step, operation op) {
  step_state& at = next_.steps[step];
  return op == operation::action ? at.action : at.compensation;
}

step_row& draft::touch(std::size_t step, operation op) {
  const attempt_state& now = attempt_of(step, op);
  for (step_row& row : written_.steps)
    if (row.order == now.row)
      return row;
  step_row& row = written_.steps.emplace_back();
  row.order = now.row;
  row.step = step;
  row.op = op;
  row.attempt = now.number;
  row.base = now.base;
  row.started = now.started;
  return row;
}

step_row& draft::open(std::size_t step, operation op, timestamp at, bool fresh_round) {
  attempt_state& now = attempt_of(step, op);
  const bool opens = fresh_round || now.number == 0;
  now.number += 1;
  now.row = ++next_.rows;
  now.kind = outcome_kind::unknown;
  now.started = at;
  now.due.reset();
  if (opens) {
    now.base = now.number;
    now.round_started = at;
  }
  step_row& row = touch(step, op);
  row.insert = true;
  return row;
}

void draft::send(std::size_t step, operation op, timestamp at, bool fresh_round) {
  attempt_state& now = attempt_of(step, op);
  if (rules::has_early_signal(next_.steps[step]))
    return complete(step, op, at, next_.steps[step].output);
  step_row& row = open(step, op, at, fresh_round);
  now.status = op == operation::action ? step_status::running : step_status::compensating;
  now.sent_at = at;
  row.status = now.status;
  row.input = rules::input_of(*plan_, next_, step, op);
  if (plan_->steps[step].wait)
    row.due = now.due = rules::wait_ends(*plan_->steps[step].wait, row.input, at);
  else
    calls_.push_back({step, op, now.number, row.input});
}

void draft::adopt(const done_step& what) {
  step_row& row = open(what.step, operation::action, what.started, true);
  step_state& step = next_.steps[what.step];
  step.action.status = row.status = what.done ? step_status::completed : step_status::skipped;
  step.action.kind = what.done ? outcome_kind::done : outcome_kind::unknown;
  step.maybe_done = !what.done;
  step.output = row.output = what.output;
  row.kind = step.action.kind;
  row.input = what.input;
}

void draft::keep_signal(std::size_t step, timestamp at, document content) {
  step_row& row = open(step, operation::action, at, true);
  row.status = step_status::pending;
  row.output = content;
  next_.steps[step].output = std::move(content);
}

void draft::edit(std::size_t step, operation op, document input) {
  attempt_state& now = attempt_of(step, op);
  now.input = {};
  if (input != rules::input_of(*plan_, next_, step, op))
    now.input = std::move(input);
}

void draft::ask_again(std::size_t step, operation op, timestamp at) {
  attempt_state& now = attempt_of(step, op);
  now.sent_at = at;
  now.due.reset();
  step_row& row = touch(step, op);
  row.status = now.status;
  row.due.reset(); // set in this very transition, when news have come
  calls_.push_back({step, op, now.number, rules::input_of(*plan_, next_, step, op)});
}

void draft::complete(std::size_t step, operation op, timestamp at, document output, bool by_hand) {
  attempt_state& now = attempt_of(step, op);
  now.status = op == operation::action ? step_status::completed : step_status::compensated;
  if (!by_hand)
    now.kind = outcome_kind::done;
  now.sent_at = {};
  now.due.reset();
  step_row& row = touch(step, op);
  row.status = now.status;
  row.kind = now.kind;
  row.ended = at;
  row.output = output;
  if (op == operation::action)
    next_.steps[step].output = std::move(output);
}

void draft::stop_waiting(std::size_t step, timestamp at) {
  next_.steps[step].output = {};
  fail(step, operation::action, at,
       {outcome_kind::business_failure, {}, "retroceso", "la saga retrocedió antes", {}}, {});
  skip(step, operation::action, at);
}

void draft::still_running(std::size_t step, operation op, timestamp ask_at) {
  attempt_state& now = attempt_of(step, op);
  now.due = ask_at;
  step_row& row = touch(step, op);
  row.status = now.status;
  row.due = now.due;
}

void draft::fail(std::size_t step, operation op, timestamp at, const outcome& why,
                 std::optional<timestamp> due) {
  attempt_state& now = attempt_of(step, op);
  now.status = step_status::failed;
  now.kind = why.kind;
  now.sent_at = {};
  now.due = due;
  if (op == operation::action && why.kind == outcome_kind::unknown)
    next_.steps[step].maybe_done = true;
  step_row& row = touch(step, op);
  row.status = now.status;
  row.kind = now.kind;
  row.ended = at;
  row.due = now.due;
  row.error = why.reason.empty() ? why.code : why.reason;
}

void draft::skip(std::size_t step, operation op, timestamp at, const std::string& why) {
  attempt_state& now = attempt_of(step, op);
  now.status = step_status::skipped;
  now.due.reset();
  step_row& row = touch(step, op);
  row.status = now.status;
  row.kind = now.kind;
  row.ended = at;
  row.due.reset();
  if (!why.empty())
    row.error = why;
}

void draft::drop_retry(std::size_t step) { next_.steps[step].action.due.reset(); }

void draft::note(timestamp at, const char* kind, std::size_t step, const authorship& who) {
  written_.history.push_back({at, kind, plan_->steps[step].name, who.by, who.reason});
}

void draft::note(timestamp at, const char* kind, const authorship& who) {
  written_.history.push_back({at, kind, {}, who.by, who.reason});
}

void draft::end(saga_status how, timestamp at) {
  next_.header.status = how;
  next_.header.ended = at;
}

bool draft::changed() const {
  return !written_.steps.empty() || !written_.history.empty() || next_ != before_;
}

transition draft::finish() && {
  if (written_.insert || next_.header != before_.header) {
    written_.header = next_.header;
    if (!written_.insert)
      written_.was = before_.header.status;
  }
  std::sort(calls_.begin(), calls_.end(), // as outstanding() lists them
            [](const call_request& a, const call_request& b) { return a.step < b.step; });
  return {std::move(next_), std::move(written_), std::move(calls_)};
}

} // namespace sagas
