// The way back from rows to a state: the proof that the rows hold all of it.
#include "saga/machine.hpp"
#include "saga/rules.hpp"

#include <algorithm>

#include "saga/json_reader.hpp"

namespace sagas {
namespace {

bool is_legal(const definition& plan, const step_row& row, std::uint32_t expected_order,
              const attempt_state& before) {
  return row.order == expected_order && row.step < plan.steps.size()
         && row.attempt == before.number + 1 && row.base >= 1 && row.base <= row.attempt;
}

void apply(const step_row& row, timestamp now, step_state& step) {
  attempt_state& attempt = row.op == operation::action ? step.action : step.compensation;
  attempt.number = row.attempt;
  attempt.base = row.base;
  attempt.row = row.order;
  attempt.status = row.status;
  attempt.kind = row.kind.value_or(outcome_kind::unknown);
  attempt.due = row.due;
  attempt.started = row.started;
  if (row.attempt == row.base)
    attempt.round_started = row.started;
  attempt.sent_at = attempt.in_flight() ? now : timestamp{};
  if (row.op == operation::action) {
    step.maybe_done = step.maybe_done || row.kind == outcome_kind::unknown;
    if (row.status == step_status::completed || row.status == step_status::pending)
      step.output = row.output;
  }
}

// An input that is not what the template gives was edited when a round of attempts was opened; it
// stays in force.
void keep_edits(const definition& plan, const std::vector<step_row>& rows, saga_state& state) {
  for (const operation op : {operation::action, operation::compensation}) // an undo's may hold the
    for (const step_row& row : rows) {                                    // action's
      step_state& step = state.steps[row.step];
      attempt_state& newest = op == operation::action ? step.action : step.compensation;
      if (row.op == op && row.order == newest.row && newest.base > 1
          && row.input != rules::input_of(plan, state, row.step, op))
        newest.input = row.input;
    }
}

} // namespace

bool has_heard(const definition& plan, const stored_saga& rows, std::string_view signal,
               const document& content) {
  const auto step = plan.find_wait(signal);
  return step && std::any_of(rows.steps.begin(), rows.steps.end(), [&](const step_row& row) {
           return row.step == *step && row.status == step_status::completed
                  && same_json(row.output.text(), content.text());
         });
}

result<saga_state> rebuild(const definition& plan, const stored_saga& rows, timestamp now) {
  if (rows.header.steps_total != plan.steps.size() || rows.header.type != plan.type)
    return {errc::corrupt, "the saga was started with another definition"};
  saga_state state;
  state.header = rows.header;
  state.header.recoveries = 0;
  state.steps.resize(plan.steps.size());
  for (const step_row& row : rows.steps) {
    if (row.step >= plan.steps.size())
      return {errc::corrupt, "a row of a step that the definition has not"};
    step_state& step = state.steps[row.step];
    if (!is_legal(plan, row, state.rows + 1,
                  row.op == operation::action ? step.action : step.compensation))
      return {errc::corrupt, "rows out of order"};
    apply(row, now, step);
    state.rows = row.order;
  }
  if (state.header.way == direction::backward)
    for (step_state& step : state.steps)
      step.action.due.reset(); // what had been stored as a retry will not be sent any more
  keep_edits(plan, rows.steps, state);
  return state;
}

} // namespace sagas
