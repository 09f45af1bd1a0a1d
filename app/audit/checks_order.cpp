// What was sent when: forward, backward, and the times between attempts.
#include <algorithm>
#include <array>

#include "app/audit/checks.hpp"

namespace sagas::audit {
namespace {

constexpr const char* timed_out = "sin respuesta en el tiempo máximo";

std::string quoted(const step_facts& step) { return "'" + step.shape->name + "'"; }

std::string numbered(const attempt& row) {
  return "'" + row.step + "' (attempt " + std::to_string(row.number) + ")";
}

const diary_line* first_line(const step_facts& step, bool undo) {
  for (const diary_line* line : step.lines)
    if (line->undo == undo)
      return line;
  return nullptr;
}

const diary_line* last_undone(const step_facts& step) {
  const diary_line* last = nullptr;
  for (const diary_line* line : step.lines)
    if (line->undo && line->what == "deshecho")
      last = line;
  return last;
}

// `later` depends on `earlier`, so it must be undone before it.
void check_undo_order(const step_facts& earlier, const step_facts& later, const say& wrong) {
  if (earlier.undos.empty() || !later.shape->undoable)
    return;
  const attempt& sent = *earlier.undos.front();
  const attempt* undone = later.settled_undo();
  if (later.may_have_effect()
      && (!undone || undone->order > sent.order || undone->ended > sent.started))
    wrong(quoted(earlier) + " was undone before " + quoted(later) + ", which depends on it");
  const diary_line* asked = first_line(earlier, true);
  const diary_line* reverted = last_undone(later);
  if (asked && reverted && !later.decided && reverted->order > asked->order)
    wrong("the participants undid " + quoted(earlier) + " before " + quoted(later));
}

void undone_in_reverse(const saga_case& saga, const say& wrong) {
  for (std::size_t a = 0; a < saga.steps.size(); ++a)
    for (std::size_t b = 0; b < saga.steps.size(); ++b)
      if (saga.plan->precedes[a][b])
        check_undo_order(saga.steps[a], saga.steps[b], wrong);
}

void nothing_forward_after_turning(const saga_case& saga, const say& wrong) {
  const attempt* undo = saga.first_undo();
  for (const attempt& row : saga.attempts)
    if (undo && !row.undo && row.order > undo->order)
      wrong("'" + row.step + "' was sent forward after the undoing began");
  // A later life of the process that sends forward again what an earlier one has begun to undo.
  std::optional<std::int64_t> undoing;
  for (const diary_line& line : saga.diary) {
    if (line.undo && !undoing)
      undoing = line.epoch;
    if (!line.undo && undoing && line.epoch > *undoing)
      wrong("'" + line.step + "' came to its participant after the undoing began");
  }
}

void sent_when_ready(const saga_case& saga, const say& wrong) {
  for (const step_facts& step : saga.steps)
    for (const std::size_t p : step.shape->before) {
      const step_facts& before = saga.steps[p];
      const attempt* settled = before.settled_action();
      if (!step.actions.empty()
          && (!settled || settled->order > step.actions.front()->order
              || settled->ended > step.actions.front()->started))
        wrong(quoted(step) + " was sent before " + quoted(before) + " was done");
      const diary_line* asked = first_line(step, false);
      const diary_line* earlier = first_line(before, false);
      if (asked && earlier && asked->order < earlier->order)
        wrong("the participants were asked for " + quoted(step) + " before " + quoted(before));
    }
}

void no_undo_without_a_send(const saga_case& saga, const say& wrong) {
  for (const step_facts& step : saga.steps) {
    const bool sent = !step.actions.empty();
    if (!step.undos.empty() && (!sent || step.undos.front()->order < step.actions.front()->order))
      wrong(quoted(step) + " was undone, but never sent");
    const bool done = step.settled_action() && step.settled_action()->outcome == "HECHO";
    if (done && step.noted(true, "vacia") > 0)
      wrong("the undo of " + quoted(step) + ", which was done, found nothing to undo");
  }
}

void check_times(const std::vector<const attempt*>& rows, milliseconds timeout, const say& wrong) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const attempt& row = *rows[i];
    if (row.error == timed_out && row.ended && row.started && *row.ended < *row.started + timeout)
      wrong(numbered(row) + " timed out before its time");
    const bool same_round = i + 1 < rows.size() && rows[i + 1]->base == row.base;
    if (same_round && (!row.due || rows[i + 1]->started < row.due))
      wrong(numbered(row) + " was tried again before its stored due time");
  }
}

void no_timer_early(const saga_case& saga, const say& wrong) {
  for (const step_facts& step : saga.steps) {
    check_times(step.actions, step.shape->timeout, wrong);
    check_times(step.undos, step.shape->undo_timeout, wrong);
  }
}

void check_rounds(const saga_case& saga, const step_facts& step, bool undo, const say& wrong) {
  const auto& rows = undo ? step.undos : step.actions;
  const std::int64_t limit = undo ? step.shape->undo_attempts : step.shape->attempts;
  std::size_t rounds = 0;
  for (const attempt* row : rows) {
    rounds += row->number == row->base ? 1 : 0;
    if (row->number - row->base >= limit)
      wrong(quoted(step) + ": attempt " + std::to_string(row->number) + " of a round of "
            + std::to_string(limit));
  }
  std::size_t reasons = 1;
  for (const decision_note& note : saga.decisions)
    reasons += note.kind == "reintentar" && note.step == step.shape->name ? 1 : 0;
  if (undo) // and one for each late success of an attempt that had been given up
    reasons += step.actions.size();
  if (rounds > reasons)
    wrong(quoted(step) + ": " + std::to_string(rounds) + " rounds of attempts for "
          + std::to_string(reasons) + " reasons");
}

void within_the_policy(const saga_case& saga, const say& wrong) {
  for (const step_facts& step : saga.steps) {
    check_rounds(saga, step, false, wrong);
    check_rounds(saga, step, true, wrong);
  }
}

constexpr std::array checks{
  saga_check{"S6", "a step is undone after all that depend on it", undone_in_reverse},
  saga_check{"S7", "nothing forward once compensation began", nothing_forward_after_turning},
  saga_check{"S8", "a step is sent after all its predecessors", sent_when_ready},
  saga_check{"S9", "no undo of a step that was never sent", no_undo_without_a_send},
  saga_check{"S12", "no timer before its stored due time", no_timer_early},
  saga_check{"V5", "attempts within the policy's bound", within_the_policy},
};

} // namespace

std::span<const saga_check> order_checks() { return checks; }

} // namespace sagas::audit
