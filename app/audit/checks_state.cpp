// What the rows of a saga must say by themselves, and together with the participants' effects.
#include <algorithm>
#include <array>

#include "app/audit/checks.hpp"

namespace sagas::audit {
namespace {

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "the step 'x' (attempt 2 of its undo)"
std::string named(const attempt& row) {
  return "'" + row.step + "' (attempt " + std::to_string(row.number)
         + (row.undo ? " of its undo)" : ")");
}

// An undo was given up by an operator, so that something may stay in force.
// An operator has turned it back behind its point of no return: by its header and its history.
bool was_forced(const saga_case& saga) {
  return saga.cause == "FORZADA" && saga.has_decision("compensar");
}

bool gave_up(const saga_case& saga) {
  return std::any_of(saga.steps.begin(), saga.steps.end(), [](const step_facts& step) {
    return step.settled_undo() && step.settled_undo()->status == "OMITIDO";
  });
}

void one_end(const saga_case& saga, const say& wrong) {
  if (!is_one_of(saga.status,
                 {"INICIADA", "EN_PROGRESO", "PAUSADA", "COMPENSANDO", "REQUIERE_ATENCION",
                  "COMPLETADA", "COMPENSADA", "CANCELADA", "FALLIDA"}))
    return wrong("unknown estado '" + saga.status + "'");
  if (saga.is_terminal() != saga.ended.has_value())
    wrong(saga.status + (saga.ended ? " with" : " without") + " timestamp_fin");
  if (saga.turned() ? is_one_of(saga.status, {"EN_PROGRESO", "COMPLETADA"})
                    : is_one_of(saga.status, {"COMPENSANDO", "COMPENSADA", "CANCELADA"}))
    wrong(saga.status + " in the direction " + saga.way);
  if (saga.turned() && saga.is_terminal() && saga.status != "FALLIDA"
      && (saga.status == "CANCELADA") != (saga.cause == "CANCELACION"))
    wrong(saga.status + " for the cause " + saga.cause);
  if (!saga.is_terminal() || !saga.ended)
    return;
  for (const attempt& row : saga.attempts)
    if (row.in_flight())
      wrong("has ended, but " + named(row) + " is in flight");
    else if (row.started > saga.ended || row.ended > saga.ended)
      wrong(named(row) + " changed after the end");
}

void completed_means_done_once(const saga_case& saga, const say& wrong) {
  if (saga.status != "COMPLETADA")
    return;
  for (const step_facts& step : saga.steps) {
    const std::string& name = step.shape->name;
    const attempt* settled = step.settled_action();
    if (!settled)
      wrong("COMPLETADA, but '" + name + "' is not done");
    else if (settled->status == "OMITIDO" && !step.shape->optional && !step.decided)
      wrong("COMPLETADA, but '" + name + "' was skipped");
    if (!step.undos.empty())
      wrong("COMPLETADA, but '" + name + "' was undone");
    if (!step.witnessed || !settled || settled->outcome != "HECHO")
      continue; // done by hand, or by a participant that kept no ledger
    if (!step.kept || !step.kept->in_force())
      wrong("COMPLETADA, but the effect of '" + name + "' is not in force");
    if (const auto count = step.noted(false, "efecto"); count != 1)
      wrong("'" + name + "' had its effect " + std::to_string(count) + " times");
  }
}

void undone_means_no_effect(const saga_case& saga, const say& wrong) {
  if (!saga.is_terminal() || !saga.turned())
    return;
  for (const step_facts& step : saga.steps) {
    if (!step.shape->undoable || step.decided)
      continue;
    if (step.kept && step.kept->in_force())
      wrong(saga.status + ", but the effect of '" + step.shape->name + "' is in force");
    if (step.noted(false, "efecto") != step.noted(true, "deshecho"))
      wrong(saga.status + ", but '" + step.shape->name + "' was done "
            + std::to_string(step.noted(false, "efecto")) + " times and undone "
            + std::to_string(step.noted(true, "deshecho")) + " times");
  }
}

void undone_what_was_sent(const saga_case& saga, const say& wrong) {
  bool any = false;
  for (const step_facts& step : saga.steps) {
    const attempt* undone = step.settled_undo();
    any = any || (undone && undone->status == "COMPENSADO");
    if (!step.may_have_effect() && !step.undos.empty())
      wrong("'" + step.shape->name + "' was undone, though it had no effect for certain");
    if (saga.is_terminal() && saga.turned() && step.shape->undoable && step.may_have_effect()
        && !undone)
      wrong(saga.status + ", but '" + step.shape->name + "' was not undone");
  }
  if (saga.status == "COMPENSADA" && !any)
    wrong("COMPENSADA, but nothing was undone");
  if (saga.status == "COMPENSADA" && was_forced(saga))
    wrong("COMPENSADA, but the effect behind its point of no return is still there");
  if (saga.status == "COMPENSADA" && gave_up(saga))
    wrong("COMPENSADA, but an undo was given up");
  if (saga.status == "FALLIDA" && saga.turned() && any && !gave_up(saga) && !was_forced(saga))
    wrong("FALLIDA, but steps were undone");
}

// Waived by whoever decided it, on record.
void only_forward_behind_the_pivot(const saga_case& saga, const say& wrong) {
  if (was_forced(saga) || !saga.undoes.empty()) // an undo on purpose may
    return;
  for (const step_facts& step : saga.steps)
    if (step.shape->pivot && step.settled_action() && (saga.turned() || saga.first_undo()))
      wrong("turned back behind its point of no return '" + step.shape->name + "'");
}

// Attempts of one operation: numbered without a gap, one at a time, none after a success.
void check_attempts(const std::vector<const attempt*>& rows, const step_facts& step,
                    const say& wrong) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const attempt& row = *rows[i];
    const bool last = i + 1 == rows.size();
    if (row.number != static_cast<std::int64_t>(i) + 1)
      wrong(named(row) + " stands where attempt " + std::to_string(i + 1) + " should");
    if (!last && row.in_flight())
      wrong(named(row) + " is in flight beside a newer one");
    // An undo is sent again when its action's success comes late: only after an unknown attempt.
    const bool may_repeat = row.undo && step.may_have_effect();
    if (!last && is_one_of(row.status, {"COMPLETADO", "COMPENSADO"}) && !may_repeat)
      wrong(named(row) + " succeeded, and yet another one was sent");
  }
}

void first_outcome_wins(const saga_case& saga, const say& wrong) {
  for (const step_facts& step : saga.steps) {
    check_attempts(step.actions, step, wrong);
    check_attempts(step.undos, step, wrong);
    const attempt* done = step.settled_action();
    if (done && done->outcome == "HECHO" && step.kept && step.kept->acted
        && done->output != step.kept->output)
      wrong("the stored answer of '" + step.shape->name + "' is not the participant's");
  }
}

void one_version(const saga_case& saga, const say& wrong) {
  if (!saga.plan)
    return wrong("its definition " + saga.type + " version " + std::to_string(saga.version)
                 + " is not stored");
  if (static_cast<std::size_t>(saga.steps_total) != saga.plan->steps.size())
    wrong("counts " + std::to_string(saga.steps_total) + " steps; its definition has "
          + std::to_string(saga.plan->steps.size()));
  for (const attempt& row : saga.attempts) {
    const auto step = saga.plan->find(row.step);
    if (!step || saga.plan->steps[*step].service != row.service)
      wrong(named(row) + " of " + row.service + " is not in its definition");
  }
}

// What one transition writes is there as a whole: a saga that runs waits for something, and the
// end of a saga is the end of its last step.
void whole_transitions(const saga_case& saga, const say& wrong) {
  const bool annulled = saga.is_child && saga.status == "CANCELADA"; // before it began
  if (saga.attempts.empty() && !annulled)
    wrong("has no attempt of any step");
  for (std::size_t i = 0; i < saga.attempts.size(); ++i)
    if (saga.attempts[i].order != static_cast<std::int64_t>(i) + 1)
      return wrong("its rows are not numbered 1, 2, ...");
  const bool waits = std::any_of(
    saga.attempts.begin(), saga.attempts.end(),
    [](const attempt& row) { return row.in_flight() || (row.status == "FALLIDO" && row.due); });
  if (is_one_of(saga.status, {"EN_PROGRESO", "COMPENSANDO"}) && !waits)
    wrong(saga.status + ", but it waits for nothing");
  std::optional<timestamp> last;
  for (const attempt& row : saga.attempts)
    last = std::max(last, row.ended);
  if (saga.status == "COMPLETADA" && saga.decisions.empty() && last != saga.ended)
    wrong("did not end with its last step");
}

constexpr std::array checks{
  saga_check{"S1", "one terminal state, nothing after it", one_end},
  saga_check{"S3", "COMPLETADA: every step done, each effect once", completed_means_done_once},
  saga_check{"S4", "undone: effects minus undone effects are 0", undone_means_no_effect},
  saga_check{"S5", "undone is what may have had an effect", undone_what_was_sent},
  saga_check{"S10", "behind the pivot only forward", only_forward_behind_the_pivot},
  saga_check{"S11", "the first outcome wins", first_outcome_wins},
  saga_check{"S13", "the version it started with", one_version},
  saga_check{"A5", "rows of one transition appear together", whole_transitions},
};

} // namespace

std::span<const saga_check> state_checks() { return checks; }

} // namespace sagas::audit
