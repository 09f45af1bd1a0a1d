#include "saga/child.hpp"

#include <algorithm>

#include "saga/definition_json.hpp"
#include "saga/outcomes.hpp"

namespace sagas {
namespace {

constexpr const char* fingerprint = "hija"; // whatever is asked for, the key alone decides
constexpr milliseconds ask_again_min{1'000};
constexpr milliseconds ask_again_max{3'600'000};

start_request asked_for(const definition_ptr& plan, const call& what) {
  start_request made;
  made.plan = plan;
  made.metadata = what.metadata;
  made.once = idempotency{child_key(what.saga, what.step().name), fingerprint};
  made.origin = saga_origin{what.saga, saga_relation::child, what.step().name};
  return made;
}

std::string ended_as(const stored_saga& child) {
  std::string text = "la saga hija " + to_text(child.header.id) + " terminó "
                     + to_text(child.header.status);
  return child.header.error.empty() ? text : text + ": " + child.header.error;
}

outcome incomplete(const stored_saga& child, const std::vector<std::string>& in_force,
                   outcome_kind kind) {
  std::string text = ended_as(child) + "; sigue en pie:";
  for (const std::string& step : in_force)
    text += " " + step;
  return {kind, {}, child_incomplete, std::move(text), {}};
}

// {"saga_id", "estado", "salidas": {step: output}}; steps have names that need no escape.
std::string output_of(const definition& plan, const stored_saga& child) {
  std::string outputs;
  for (const step_row& row : child.steps)
    if (row.op == operation::action && row.status == step_status::completed
        && row.step < plan.steps.size()) {
      outputs += outputs.empty() ? "\"" : ",\"";
      outputs += plan.steps[row.step].name + "\":";
      outputs += row.output.text();
    }
  const bool fits = outputs.size() <= child_outputs_max;
  return R"({"saga_id":")" + to_text(child.header.id) + R"(","estado":")"
         + to_text(child.header.status) + R"(","salidas":{)" + (fits ? outputs : "")
         + (fits ? "}}" : R"(},"recortada":true})");
}

} // namespace

std::string child_key(const saga_id& parent, std::string_view step) {
  return own_keys + ("hija/" + to_text(parent) + '/') + std::string{step};
}

result<start_request> child_start(const definition_ptr& plan, const saga_header& parent,
                                  const call& what) {
  auto input = prepare_input(*plan, what.request.input.text());
  if (!input)
    return input.error();
  start_request made = asked_for(plan, what);
  made.input = std::move(*input);
  made.user_id = parent.user_id;
  return made;
}

start_request annulled_start(const definition_ptr& plan, const call& what) {
  start_request made = asked_for(plan, what);
  made.input = document{"{}"};
  made.annulled = true;
  return made;
}

outcome result_of_child(const definition& plan, const stored_saga& child) {
  if (child.header.status == saga_status::completed)
    return outcomes::done(output_of(plan, child));
  if (const auto in_force = remains_of(plan, child); !in_force.empty())
    return incomplete(child, in_force, outcome_kind::unknown); // so that its undo is looked at
  return outcomes::refused(ended_as(child), "hija_fallida");
}

std::vector<std::string> remains_of(const definition& plan, const stored_saga& ended) {
  enum class trace : std::uint8_t { none, maybe, sure };
  std::vector<trace> left(plan.steps.size(), trace::none);
  for (const step_row& row : ended.steps) {
    if (row.step >= plan.steps.size())
      continue;
    trace& of = left[row.step];
    if (row.op == operation::compensation && row.status == step_status::compensated)
      of = trace::none;
    else if (row.op == operation::action && row.status == step_status::completed)
      of = trace::sure;
    else if (row.op == operation::action && row.kind == outcome_kind::unknown)
      of = std::max(of, trace::maybe);
  }
  const bool forced = ended.header.cause == turn_cause::forced;
  std::vector<std::string> names;
  for (std::size_t step = 0; step < plan.steps.size(); ++step) {
    const step_definition& what = plan.steps[step];
    // Without a compensation it has no effect worth undoing, unless the pivot was passed.
    const bool counts = what.compensation.empty()
                          ? left[step] == trace::sure
                              && (forced || what.pivot || plan.behind_pivot[step])
                          : left[step] != trace::none;
    if (counts)
      names.push_back(what.name);
  }
  return names;
}

outcome undo_of_failed_child(const definition& plan, const stored_saga& child) {
  if (const auto in_force = remains_of(plan, child); !in_force.empty())
    return incomplete(child, in_force, outcome_kind::business_failure);
  return outcomes::done();
}

outcome undo_of_completed_child(const saga_id& undo, saga_status end) {
  if (end == saga_status::compensated)
    return outcomes::done(R"({"deshecha_por":")" + to_text(undo) + "\"}");
  return outcomes::refused("la saga " + to_text(undo) + ", que deshace la saga hija, terminó "
                             + to_text(end) + ": algo sigue en pie",
                           child_incomplete);
}

timestamp child_asked_after(timestamp begun, timestamp now) {
  return now + std::clamp(now - begun, ask_again_min, ask_again_max);
}

} // namespace sagas
