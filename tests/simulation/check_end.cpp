// A saga's rows as a whole: nothing of a transition is missing, and the end is what it is called.
#include "tests/simulation/checker.hpp"

namespace sagas::sim {
namespace {

bool is_given_up(const step_row* row) {
  return row && row->status == step_status::failed && !row->due;
}

bool goes_on(const step_row* row) {
  return is_running(row) || (row && row->status == step_status::failed && row->due);
}

// Whoever runs forward has sent every step that is ready: it shares a commit with what made it so.
finding check_forward(const story& of, const saga_version& now) {
  bool moves = false;
  bool held = now.rows.header.cancel_pending;
  for (std::size_t step = 0; step < of.plan->steps.size(); ++step) {
    const step_row* row = newest_row(now, step, operation::action);
    moves = moves || goes_on(row);
    held = held || is_given_up(row);
  }
  for (std::size_t step = 0; !held && step < of.plan->steps.size(); ++step) {
    const auto& needs = of.plan->steps[step].depends_on;
    const bool ready = std::all_of(needs.begin(), needs.end(),
                                   [&](std::size_t needed) { return is_settled(now, needed); });
    if (ready && !newest_row(now, step, operation::action))
      return violation{"A5", where(of, step) + " is ready and was not sent with what made it so"};
  }
  if (!moves)
    return violation{"A5", "saga " + to_text(of.id) + " runs and waits for nothing"};
  return std::nullopt;
}

finding check_backward(const story& of, const saga_version& now) {
  for (std::size_t step = 0; step < of.plan->steps.size(); ++step)
    if (is_running(newest_row(now, step, operation::action))
        || goes_on(newest_row(now, step, operation::compensation)))
      return std::nullopt;
  return violation{"A5", "saga " + to_text(of.id) + " is being undone and waits for nothing"};
}

int effects_left(const story& of, const std::string& step) {
  int left = 0;
  for (const diary_line* line : of.diary)
    if (line->step == step)
      left += line->what == "efecto" ? 1 : line->what == "deshecho" ? -1 : 0;
  return left;
}

bool ever_acted(const story& of, const std::string& step, std::string_view word) {
  return std::any_of(of.diary.begin(), of.diary.end(), [&](const diary_line* line) {
    return line->step == step && line->what == word;
  });
}

finding check_once(const story& of) {
  for (std::size_t step = 0; step < of.plan->steps.size(); ++step)
    for (const char* word : {"efecto", "deshecho"}) {
      const auto times = std::count_if(of.diary.begin(), of.diary.end(), [&](const auto* line) {
        return line->step == of.plan->steps[step].name && line->what == word;
      });
      if (times > 1)
        return violation{"S3", where(of, step) + " had its effect, or its undo, twice"};
    }
  return std::nullopt;
}

finding check_completed(const story& of) {
  for (std::size_t step = 0; step < of.plan->steps.size(); ++step) {
    const step_definition& what = of.plan->steps[step];
    const step_row* row = newest_row(of.last(), step, operation::action);
    const bool passed_over = row && row->status == step_status::skipped
                             && (what.optional || has_note(of.last(), "omitir", what.name));
    if (newest_row(of.last(), step, operation::compensation)
        || ever_acted(of, what.name, "deshecho"))
      return violation{"S3", where(of, step) + " was undone though the saga is COMPLETADA"};
    if (passed_over)
      continue;
    if (!row || row->status != step_status::completed
        || (row->kind != outcome_kind::done && !has_note(of.last(), "completar", what.name)))
      return violation{"S3", where(of, step) + " is not done though the saga is COMPLETADA"};
    if (row->kind == outcome_kind::done && !ever_acted(of, what.name, "efecto"))
      return violation{"S3", where(of, step) + " is done and had no effect"};
  }
  return std::nullopt;
}

finding check_undone(const story& of) {
  bool undone = false;
  bool given_up = false;
  for (std::size_t step = 0; step < of.plan->steps.size(); ++step) {
    const step_definition& what = of.plan->steps[step];
    const step_row* undo = newest_row(of.last(), step, operation::compensation);
    const bool by_hand = is_by_hand(of.last(), what.name);
    undone = undone || (undo && undo->status == step_status::compensated);
    given_up = given_up || (undo && undo->status == step_status::skipped);
    if (undo && undo->status == step_status::skipped && !by_hand)
      return violation{"S5", where(of, step) + ": its undo was skipped, and nobody said so"};
    const bool owed = may_have_effect(of.last(), step) && !what.compensation.empty();
    if (owed != (undo != nullptr) || (owed && !is_undone(of.last(), step)))
      return violation{"S5",
                       where(of, step) + (owed ? " was not undone" : " was undone for nothing")};
    if (!what.compensation.empty() && !by_hand && effects_left(of, what.name) != 0)
      return violation{"S4", where(of, step) + " has an effect left though the saga is "
                               + to_text(of.ended_as())};
  }
  const bool failed = of.ended_as() == saga_status::failed;
  if (given_up != failed && (given_up || undone))
    return violation{"S4", std::string{"a saga with undone steps ended "} + to_text(of.ended_as())};
  return std::nullopt;
}

} // namespace

finding check_closed(const story& of) {
  for (const saga_version* version : of.versions) {
    const saga_status status = version->rows.header.status;
    if (status == saga_status::running)
      if (auto found = check_forward(of, *version))
        return found;
    if (status == saga_status::compensating)
      if (auto found = check_backward(of, *version))
        return found;
  }
  return std::nullopt;
}

finding check_end(const story& of) {
  if (auto found = check_once(of))
    return found;
  if (of.ended_as() == saga_status::completed)
    return check_completed(of);
  const bool ended = is_terminal(of.ended_as());
  const bool forward = of.last().rows.header.way == direction::forward;
  // Given up behind its pivot: it has gone forward as far as it could, and nothing is undone.
  return ended && !forward ? check_undone(of) : std::nullopt;
}

} // namespace sagas::sim
