// The database against the participants' own ledger.
#include <algorithm>
#include <array>

#include "app/audit/checks.hpp"

namespace sagas::audit {
namespace {

std::string described(const diary_line& line) {
  return "'" + line.step + "' (attempt " + std::to_string(line.attempt)
         + (line.undo ? " of its undo, " : ", ") + line.what + ")";
}

void received_is_stored(const saga_case& saga, const say& wrong) {
  for (const diary_line& line : saga.diary) {
    const auto row = std::find_if(
      saga.attempts.begin(), saga.attempts.end(), [&line](const attempt& each) {
        return each.number == line.attempt && each.undo == line.undo && each.step == line.step;
      });
    if (row == saga.attempts.end())
      wrong(described(line) + " came to its participant, but is not stored");
    else if (row->input != line.input)
      wrong(described(line) + " came with another input than is stored");
    else if (row->started > line.at)
      wrong(described(line) + " came before it was stored");
  }
}

// How often the participant answered an attempt: what it did, less the answers that were lost.
std::int64_t answers(const step_facts& step, const attempt& to, bool refused) {
  std::int64_t count = 0;
  for (const diary_line* line : step.lines) {
    if (line->undo != to.undo || line->attempt != to.number)
      continue;
    if (line->what == "perdida")
      --count;
    else if (line->what == "duplicado")
      ++count;
    else if (refused)
      count += line->what == "rechazo" || line->what == "colgada" || line->what == "fallo";
    else
      count += line->what == "efecto" || line->what == "deshecho" || line->what == "vacia";
  }
  return count;
}

void given_by_somebody(const saga_case& saga, const say& wrong) {
  for (const step_facts& step : saga.steps) {
    if (!step.witnessed)
      continue;
    for (const auto* rows : {&step.actions, &step.undos})
      for (const attempt* row : *rows)
        if ((row->outcome == "HECHO" || row->outcome == "NEGOCIO")
            && answers(step, *row, row->outcome == "NEGOCIO") < 1)
          wrong("'" + row->step + "' (attempt " + std::to_string(row->number)
                + (row->undo ? " of its undo" : "") + ") is stored as " + row->outcome
                + ", which no participant answered");
  }
}

void older_epochs_refused(const saga_case& saga, const say& wrong) {
  for (const step_facts& step : saga.steps) {
    std::int64_t newest = 0;
    for (const diary_line* line : step.lines) {
      const bool judged = line->what != "epoca" && line->what != "fallo";
      if (judged && line->epoch < newest)
        wrong(described(*line) + " came from epoch " + std::to_string(line->epoch) + " after "
              + std::to_string(newest));
      newest = std::max(newest, line->epoch);
    }
  }
}

constexpr std::array checks{
  saga_check{"W1", "what a participant received is stored as sent", received_is_stored},
  saga_check{"W2", "no outcome that no participant gave", given_by_somebody},
  saga_check{"F3", "participants refuse older epochs", older_epochs_refused},
};

} // namespace

std::span<const saga_check> participant_checks() { return checks; }

} // namespace sagas::audit
