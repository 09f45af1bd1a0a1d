#include "saga/rules.hpp"

#include <functional>

#include "saga/json_reader.hpp"
#include "saga/planted.hpp"

namespace sagas::rules {
namespace {

bool is_settled_forward(const step_state& step) {
  return step.action.status == step_status::completed || step.action.status == step_status::skipped;
}

bool had_effect(const step_state& step) {
  const bool maybe_done = step.maybe_done && !planted(bug::skip_unknown_undo);
  return step.action.status == step_status::completed || maybe_done;
}

template_scope scope_of(const definition& plan, const saga_state& state) {
  return {subject_of(state.header), state.header.campaign_id, &state.header.input,
          [&plan, &state](std::string_view name) -> const document* {
            const auto found = plan.find_step(name);
            return found ? &state.steps[*found].output : nullptr;
          }};
}

} // namespace

bool can_turn(const definition& plan, const saga_state& state) {
  if (!plan.pivot)
    return true;
  const step_state& pivot = state.steps[*plan.pivot];
  const bool untouched = pivot.action.status == step_status::pending
                         || pivot.action.status == step_status::failed;
  return untouched && !pivot.maybe_done;
}

bool pivot_passed(const definition& plan, const saga_state& state) {
  return plan.pivot && is_settled_forward(state.steps[*plan.pivot]);
}

bool pivot_undecided(const definition& plan, const saga_state& state) {
  if (!plan.pivot)
    return false;
  const attempt_state& pivot = state.steps[*plan.pivot].action;
  return pivot.in_flight() || (pivot.status == step_status::failed && pivot.due);
}

bool needs_undo(const definition& plan, const saga_state& state, std::size_t step) {
  const step_state& at = state.steps[step];
  if (plan.steps[step].compensation.empty() || !had_effect(at))
    return false;
  return at.compensation.status != step_status::compensated
         && at.compensation.status != step_status::skipped;
}

std::vector<bool> free_to_undo(const definition& plan, const saga_state& state) {
  enum class mark : std::uint8_t { open, clear, blocked };
  std::vector<mark> marks(plan.steps.size(), mark::open);
  // Clear: neither the step itself nor any behind it has anything left to settle.
  const std::function<bool(std::size_t)> clear = [&](std::size_t step) {
    if (marks[step] != mark::open)
      return marks[step] == mark::clear;
    bool fine = !state.steps[step].action.in_flight() && !needs_undo(plan, state, step)
                && !state.steps[step].compensation.in_flight();
    for (std::size_t after : plan.dependents[step])
      fine = clear(after) && fine;
    marks[step] = fine ? mark::clear : mark::blocked;
    return fine;
  };
  std::vector<bool> free(plan.steps.size());
  for (std::size_t step = 0; step < plan.steps.size(); ++step) {
    bool fine = true;
    for (std::size_t after : plan.dependents[step])
      fine = clear(after) && fine;
    free[step] = fine || planted(bug::undo_in_forward_order);
  }
  return free;
}

bool is_blocking(const saga_state& state, std::size_t step) {
  const step_state& at = state.steps[step];
  return state.header.way == direction::forward ? at.action.exhausted()
                                                : at.compensation.exhausted();
}

bool any_blocking(const saga_state& state) {
  for (std::size_t step = 0; step < state.steps.size(); ++step)
    if (is_blocking(state, step))
      return true;
  return false;
}

bool awaits_decision(const definition& plan, const saga_state& state, std::size_t step) {
  if (!is_blocking(state, step))
    return false;
  return state.header.way == direction::backward
         || (!can_turn(plan, state) && !pivot_undecided(plan, state));
}

bool may_go_forward(const definition& plan, const saga_state& state, std::size_t step) {
  return plan.pivot == step || (!state.header.cancel_pending && !any_blocking(state));
}

bool is_ready(const definition& plan, const saga_state& state, std::size_t step) {
  for (std::size_t before : plan.steps[step].depends_on)
    if (!is_settled_forward(state.steps[before]))
      return false;
  return true;
}

bool is_acting(const saga_state& state) {
  const saga_status status = state.header.status;
  return !is_terminal(status) && status != saga_status::paused && status != saga_status::parked;
}

bool awaits_answer(const step_definition& step, const attempt_state& attempt) {
  return attempt.in_flight() && !attempt.due && !step.wait;
}

bool has_early_signal(const step_state& step) {
  return step.action.status == step_status::pending && step.action.number > 0;
}

std::optional<timestamp> wait_ends(const wait_terms& wait, const document& input, timestamp at) {
  if (wait.until)
    return date_in(input).value_or(at);
  return wait.span > milliseconds{0} ? std::optional{at + wait.span} : std::nullopt;
}

bool wait_is_over(const definition& plan, const saga_state& state, std::size_t step, timestamp at) {
  const attempt_state& action = state.steps[step].action;
  return plan.steps[step].wait && action.in_flight() && action.due && *action.due <= at
         && is_acting(state) && state.header.way == direction::forward
         && may_go_forward(plan, state, step);
}

std::optional<timestamp> date_in(const document& input) {
  const auto value = parse_json(input.text(), input.text().size());
  if (!value || !value->is_object())
    return std::nullopt;
  const auto date = value->find("hasta");
  return date != value->end() && date->is_string() ? parse_iso(date->get_ref<const std::string&>())
                                                   : std::nullopt;
}

milliseconds timeout_of(const step_definition& step, operation op) {
  return op == operation::action ? step.timeout : step.compensation_timeout;
}

const retry_policy& policy_of(const step_definition& step, operation op) {
  return op == operation::action ? step.retry : step.compensation_retry;
}

document input_of(const definition& plan, const saga_state& state, std::size_t step, operation op) {
  const step_definition& what = plan.steps[step];
  const step_state& now = state.steps[step];
  if (const document& edited = op == operation::action ? now.action.input : now.compensation.input;
      !edited.empty())
    return edited;
  const template_scope scope = scope_of(plan, state);
  if (op == operation::compensation && what.compensation_input)
    return what.compensation_input->render(scope);
  if (op == operation::action)
    return what.input.render(scope);
  const document input = input_of(plan, state, step, operation::action);
  std::string both = R"({"entrada":)";
  both += input.text();
  both += R"(,"salida":)";
  both += now.output.text();
  both += '}';
  return document{std::move(both)};
}

} // namespace sagas::rules
