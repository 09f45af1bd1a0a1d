#include "app/audit/shape.hpp"

#include <nlohmann/json.hpp>

#include "saga/json_reader.hpp"

namespace sagas::audit {
namespace {

using nlohmann::json;

milliseconds duration_in(const json& from, milliseconds otherwise) {
  const auto at = from.find("tiempo_maximo");
  if (at == from.end())
    return otherwise;
  if (at->is_number())
    return milliseconds{static_cast<std::int64_t>(at->get<double>() * 1'000)};
  return parse_duration(at->get<std::string>()).value_or(otherwise);
}

std::int64_t attempts_in(const json& from, const char* policy, std::int64_t otherwise) {
  const auto at = from.find(policy);
  return at == from.end() ? otherwise : at->value("intentos", otherwise);
}

// A step that is a saga: it is asked for until it has ended.
step_shape read_child(const json& from, step_shape step) {
  const json& child = from.at("hija");
  step.child = child.at("tipo");
  step.service = "saga_hija";
  step.optional = from.value("opcional", false);
  step.pivot = from.value("pivote", false);
  step.undoable = child.value("al_retroceder", "deshacer") == "deshacer";
  step.attempts = step.undo_attempts = 10'000;
  step.timeout = step.undo_timeout = step_shape{}.timeout;
  return step;
}

step_shape read_step(const json& from, const step_shape& defaults) {
  step_shape step = defaults;
  step.name = from.at("nombre");
  if (from.contains("hija"))
    return read_child(from, std::move(step));
  step.service = from.contains("espera") ? "espera" : from.at("microservicio");
  step.optional = from.value("opcional", false);
  step.pivot = from.value("pivote", false);
  step.attempts = attempts_in(from, "politica", defaults.attempts);
  step.timeout = duration_in(from, defaults.timeout);
  const auto undo = from.find("compensacion");
  step.undoable = undo != from.end();
  if (step.undoable && undo->is_object()) {
    step.undo_attempts = attempts_in(*undo, "politica", defaults.undo_attempts);
    step.undo_timeout = duration_in(*undo, defaults.undo_timeout);
  }
  return step;
}

void read_order(const json& steps, shape& plan) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto names = steps[i].find("depende_de");
    if (names == steps[i].end() && i > 0)
      plan.steps[i].before = {i - 1};
    if (names != steps[i].end())
      for (const json& name : *names)
        plan.steps[i].before.push_back(plan.find(name.get<std::string>()).value());
  }
  const std::size_t count = plan.steps.size();
  plan.precedes.assign(count, std::vector<bool>(count));
  for (std::size_t round = 0; round < count; ++round) // as often as a path can be long
    for (std::size_t b = 0; b < count; ++b)
      for (const std::size_t a : plan.steps[b].before)
        for (std::size_t first = 0; first < count; ++first)
          if (first == a || plan.precedes[first][a])
            plan.precedes[first][b] = true;
}

// Of children, which are undone without its being said.
void drop_undos_behind_the_pivot(shape& plan) {
  for (std::size_t pivot = 0; pivot < plan.steps.size(); ++pivot)
    for (std::size_t step = 0; plan.steps[pivot].pivot && step < plan.steps.size(); ++step)
      if (!plan.steps[step].child.empty() && step != pivot && !plan.precedes[step][pivot])
        plan.steps[step].undoable = false;
}

} // namespace

std::optional<std::size_t> shape::find(std::string_view step) const {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].name == step)
      return i;
  return std::nullopt;
}

result<shape> read_shape(std::string_view document) {
  try {
    const json whole = json::parse(document);
    step_shape defaults;
    defaults.attempts = attempts_in(whole, "politica", defaults.attempts);
    defaults.undo_attempts = attempts_in(whole, "politica_compensacion", defaults.undo_attempts);
    defaults.timeout = defaults.undo_timeout = duration_in(whole, defaults.timeout);
    shape plan;
    const json& steps = whole.at("pasos");
    for (const json& step : steps)
      plan.steps.push_back(read_step(step, defaults));
    read_order(steps, plan);
    drop_undos_behind_the_pivot(plan);
    return plan;
  } catch (const std::exception& wrong) {
    return {errc::corrupt, std::string{"a stored definition is no definition: "} + wrong.what()};
  }
}

} // namespace sagas::audit
