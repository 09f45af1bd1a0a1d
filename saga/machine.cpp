#include "saga/machine.hpp"

#include <algorithm>

#include "saga/attempts.hpp"
#include "saga/json_reader.hpp"
#include "saga/planted.hpp"
#include "saga/rules.hpp"

namespace sagas {
namespace {

failure stale() { return {errc::stale, "nothing that the saga waits for"}; }

// -- one handler an event; an error means that nothing changes ------------------------------------

status on(draft& work, const saga_started&) {
  if (work.state().header.status != saga_status::started)
    return stale();
  return nothing{};
}

status on(draft& work, const undo_begun& what) {
  if (work.state().header.status != saga_status::started)
    return stale();
  for (const done_step& each : what.done) {
    if (each.step >= work.state().steps.size() || work.state().steps[each.step].action.number > 0)
      return {errc::invalid_input, "no such step, or one that comes twice"};
    work.adopt(each);
  }
  work.note(what.at, "deshace", what.who);
  turn_back(work, what.at, turn_cause::operator_decision, what.who.reason);
  return nothing{};
}

status on(draft& work, const saga_annulled& what) {
  if (work.state().header.status != saga_status::started)
    return stale();
  turn_back(work, what.at, turn_cause::cancellation, "la saga de la que es parte retrocedió antes");
  return nothing{};
}

status on(draft& work, const outcome_arrived& what) {
  if (what.step >= work.state().steps.size())
    return {errc::invalid_input, "no such step"};
  const attempt_state& attempt = work.attempt(what.step, what.op);
  if (attempt.number != what.attempt || !attempt.in_flight()) {
    if (!undo_again(work, what))
      return stale();
    return nothing{};
  }
  switch (what.what.kind) {
  case outcome_kind::done:
    work.complete(what.step, what.op, what.at, what.what.output);
    if (planted(bug::late_reply_turns_forward) && what.op == operation::action)
      work.header().way = direction::forward;
    break;
  case outcome_kind::still_running:
    attempt_goes_on(work, what.step, what.op, what.at, what.what);
    break;
  case outcome_kind::business_failure:
  case outcome_kind::technical_failure:
  case outcome_kind::unknown: attempt_failed(work, what.step, what.op, what.at, what.what); break;
  }
  return nothing{};
}

status on(draft& work, const result_reported& what) {
  const step_state& now = work.state().steps[what.step];
  const attempt_state& attempt = work.attempt(what.step, what.op);
  if (attempt.in_flight() && !work.plan().steps[what.step].wait)
    return on(work, outcome_arrived{what.at, what.step, what.op, attempt.number, what.what});
  const bool done = attempt.status == step_status::completed
                    || attempt.status == step_status::compensated;
  if (done && what.what.kind == outcome_kind::done
      && (what.op == operation::compensation
          || same_json(now.output.text(), what.what.output.text())))
    return stale(); // reported before
  return {errc::conflict, "the saga does not await this result: it has one, or gave the attempt up "
                          "and will call again"};
}

status on(draft& work, const time_passed& what) {
  const outcome timed_out{
    outcome_kind::unknown, {}, "tiempo_agotado", "sin respuesta en el tiempo máximo", {}};
  for (std::size_t step = 0; step < work.state().steps.size(); ++step)
    for (const operation op : {operation::action, operation::compensation}) {
      const attempt_state& attempt = work.attempt(step, op);
      const milliseconds timeout = rules::timeout_of(work.plan().steps[step], op);
      if (rules::awaits_answer(work.plan().steps[step], attempt)
          && attempt.sent_at + timeout <= what.at)
        attempt_failed(work, step, op, what.at, timed_out);
      else if (rules::wait_is_over(work.plan(), work.state(), step, what.at))
        lapse(work, step, what.at);
    }
  return nothing{};
}

status on(draft& work, const news_came& what) {
  for (const operation op : {operation::action, operation::compensation}) {
    const attempt_state& attempt = work.attempt(what.step, op);
    if (!attempt.in_flight() || !attempt.due || work.plan().steps[what.step].wait)
      continue;
    work.still_running(what.step, op, what.at); // settle() asks, unless the saga rests
    return nothing{};
  }
  return stale();
}

// The step that a signal is for, while it can still be told.
status on(draft& work, const signal_received& what) {
  const auto step = work.plan().find_wait(what.signal);
  if (!step)
    return {errc::not_found, "the saga waits for no signal of that name"};
  const step_state& at = work.state().steps[*step];
  const attempt_state& now = at.action;
  if (now.status == step_status::completed || rules::has_early_signal(at))
    return same_json(at.output.text(), what.content.text())
             ? stale()
             : failure{errc::conflict, "this signal has come before, with another content"};
  if (work.state().header.way == direction::backward)
    return {errc::conflict, "the saga is being undone: it waits for no signal"};
  if (now.status != step_status::pending && now.status != step_status::running)
    return {errc::conflict, "the saga does not wait for this signal any more"};
  if (now.status == step_status::running)
    work.complete(*step, operation::action, what.at, what.content);
  else
    work.keep_signal(*step, what.at, what.content);
  if (!what.who.by.empty() || !what.who.reason.empty())
    work.note(what.at, "senal", *step, what.who);
  return nothing{};
}

status on(draft& work, const cancel_requested& what) {
  saga_header& header = work.header();
  if (header.way == direction::forward) {
    if (!rules::can_turn(work.plan(), work.state())
        && (header.status == saga_status::parked || rules::pivot_passed(work.plan(), work.state())))
      return {errc::conflict, "the saga is behind its point of no return: it can only go forward"};
    header.cancel_pending = true;
    header.status = saga_status::running; // also when it was paused: undoing is what is asked for
    if (!what.who.reason.empty())
      header.error = "cancelada: " + what.who.reason;
  }
  work.note(what.at, "cancelacion_pedida", what.who);
  return nothing{};
}

status on(draft& work, const pause_requested& what) {
  if (!rules::is_acting(work.state()))
    return {errc::conflict,
            std::string{"a saga in state "} + to_text(work.header().status) + " can't be paused"};
  work.header().status = saga_status::paused;
  work.note(what.at, "pausada", what.who);
  return nothing{};
}

void act_again(draft& work) {
  work.header().status = work.header().way == direction::forward ? saga_status::running
                                                                 : saga_status::compensating;
}

status on(draft& work, const resume_requested& what) {
  const saga_status status = work.header().status;
  bool abandoned = status == saga_status::parked; // by a load that failed, not at a step
  for (std::size_t step = 0; step < work.state().steps.size(); ++step)
    abandoned = abandoned && !rules::awaits_decision(work.plan(), work.state(), step);
  if (status != saga_status::paused && !abandoned)
    return {errc::conflict, status == saga_status::parked
                              ? "the saga waits for a decision about a step: reintentar, omitir, "
                                "completar, fallar or compensar"
                              : "only a paused saga can be resumed"};
  act_again(work);
  work.note(what.at, "reanudada", what.who);
  return nothing{};
}

status on(draft& work, const operator_decided& what) {
  if (what.step >= work.state().steps.size())
    return {errc::invalid_input, "no such step"};
  if (work.header().status != saga_status::parked
      || !rules::awaits_decision(work.plan(), work.state(), what.step))
    return {errc::conflict, "the saga does not wait for a decision about this step"};
  const bool forward = work.header().way == direction::forward;
  if (!forward && what.what == decision::turn)
    return {errc::conflict, "the saga has turned back already"};
  const operation op = forward ? operation::action : operation::compensation;
  work.note(what.at, to_text(what.what), what.step, what.who);
  act_again(work);
  if (forward && what.what != decision::fail && what.what != decision::turn)
    work.header().error.clear();
  switch (what.what) {
  case decision::retry:
    if (!what.input.empty())
      work.edit(what.step, op, what.input);
    work.send(what.step, op, what.at, true);
    break;
  case decision::turn: turn_back(work, what.at, turn_cause::forced, work.header().error); break;
  case decision::complete: work.complete(what.step, op, what.at, what.output, true); break;
  case decision::skip:
    work.skip(what.step, op, what.at, "omitido por decisión del operador");
    break;
  case decision::fail:
    if (!forward)
      work.skip(what.step, op, what.at, "dado por fallido por decisión del operador");
    else if (rules::pivot_passed(work.plan(), work.state()))
      work.end(saga_status::failed, what.at);
    else
      turn_back(work, what.at, turn_cause::operator_decision, work.header().error);
    break;
  }
  return nothing{};
}

status on(draft& work, const recovery_abandoned& what) {
  work.header().status = saga_status::parked;
  work.header().error = "cargarla terminó el proceso tres veces; reanudar para intentarlo otra vez";
  work.note(what.at, "carga_abandonada");
  return nothing{};
}

timestamp time_of(const event& what) {
  return std::visit([](const auto& it) { return it.at; }, what);
}

} // namespace

saga_state new_saga(const definition& plan, saga_header header) {
  saga_state state;
  header.type = plan.type;
  header.version = plan.version;
  header.status = saga_status::started;
  header.steps_total = static_cast<std::uint32_t>(plan.steps.size());
  const bool undoes = header.origin && header.origin->relation == saga_relation::undo;
  if (plan.deadline > milliseconds{0} && !undoes)
    header.deadline = header.started + plan.deadline;
  state.header = std::move(header);
  state.steps.resize(plan.steps.size());
  return state;
}

result<transition> advance(const definition_ptr& plan, const saga_state& state, const event& what) {
  SAGAS_ASSERT(state.steps.size() == plan->steps.size());
  if (is_terminal(state.header.status)) {
    if (std::holds_alternative<outcome_arrived>(what) || std::holds_alternative<time_passed>(what)
        || std::holds_alternative<saga_started>(what) || std::holds_alternative<undo_begun>(what)
        || std::holds_alternative<saga_annulled>(what) || std::holds_alternative<news_came>(what)
        || std::holds_alternative<recovery_abandoned>(what))
      return stale();
    return {errc::conflict, std::string{"the saga has ended: "} + to_text(state.header.status)};
  }
  draft work{plan, state};
  const status decided = std::visit([&work](const auto& it) { return on(work, it); }, what);
  if (!decided)
    return decided.error();
  settle(work, time_of(what));
  if (!work.changed())
    return stale();
  return std::move(work).finish();
}

std::vector<call_request> outstanding(const definition& plan, const saga_state& state) {
  std::vector<call_request> calls;
  const bool forward = state.header.way == direction::forward;
  if (is_terminal(state.header.status))
    return calls;
  for (std::size_t step = 0; step < state.steps.size(); ++step) {
    const operation op = forward ? operation::action : operation::compensation;
    const attempt_state& attempt = forward ? state.steps[step].action
                                           : state.steps[step].compensation;
    if (rules::awaits_answer(plan.steps[step], attempt))
      calls.push_back({step, op, attempt.number, rules::input_of(plan, state, step, op)});
  }
  return calls;
}

std::optional<timestamp> wakes_at(const definition& plan, const saga_state& state) {
  std::optional<timestamp> earliest;
  const auto consider = [&earliest](timestamp at) {
    if (!earliest || at < *earliest)
      earliest = at;
  };
  if (is_terminal(state.header.status))
    return earliest;
  const bool acting = rules::is_acting(state);
  const bool forward = state.header.way == direction::forward;
  for (std::size_t step = 0; step < state.steps.size(); ++step)
    for (const operation op : {operation::action, operation::compensation}) {
      const step_state& now = state.steps[step];
      const attempt_state& attempt = op == operation::action ? now.action : now.compensation;
      const bool may_send = op == operation::compensation
                            || (forward && rules::may_go_forward(plan, state, step));
      if (rules::awaits_answer(plan.steps[step], attempt))
        consider(attempt.sent_at + rules::timeout_of(plan.steps[step], op));
      else if (attempt.due && acting && may_send)
        consider(*attempt.due);
    }
  if (acting && forward && state.header.deadline && rules::can_turn(plan, state))
    consider(*state.header.deadline);
  return earliest;
}

step_status status_of(const step_state& step) {
  return step.compensation.number > 0 ? step.compensation.status : step.action.status;
}

} // namespace sagas
