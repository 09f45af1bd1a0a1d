#include "app/audit/evidence.hpp"

#include <algorithm>

namespace sagas::audit {

bool step_facts::may_have_effect() const {
  return std::any_of(actions.begin(), actions.end(), [](const attempt* each) {
    return each->status == "COMPLETADO" || each->outcome == "DESCONOCIDO";
  });
}

const attempt* step_facts::settled_action() const {
  for (const attempt* each : actions)
    if (each->status == "COMPLETADO" || each->status == "OMITIDO")
      return each;
  return nullptr;
}

const attempt* step_facts::settled_undo() const {
  for (const attempt* each : undos)
    if (each->status == "COMPENSADO" || each->status == "OMITIDO")
      return each;
  return nullptr;
}

std::size_t step_facts::noted(bool undo, std::string_view what) const {
  return static_cast<std::size_t>(
    std::count_if(lines.begin(), lines.end(), [&](const diary_line* line) {
      return line->undo == undo && line->what == what;
    }));
}

bool saga_case::is_terminal() const {
  return status == "COMPLETADA" || status == "COMPENSADA" || status == "CANCELADA"
         || status == "FALLIDA";
}

bool saga_case::has_decision(std::string_view kind, std::string_view step) const {
  return std::any_of(decisions.begin(), decisions.end(), [&](const decision_note& each) {
    return each.kind == kind && (step.empty() || each.step == step);
  });
}

const attempt* saga_case::first_undo() const {
  for (const attempt& each : attempts)
    if (each.undo)
      return &each;
  return nullptr;
}

void arrange(saga_case& of, const std::set<std::string>& witnesses) {
  if (!of.plan)
    return;
  of.steps.assign(of.plan->steps.size(), {});
  for (std::size_t i = 0; i < of.steps.size(); ++i) {
    const step_shape& planned = of.plan->steps[i];
    of.steps[i].shape = &planned;
    of.steps[i].witnessed = witnesses.contains(planned.service);
    for (const char* kind : {"completar", "omitir", "fallar"})
      of.steps[i].decided = of.steps[i].decided || of.has_decision(kind, planned.name);
  }
  for (const attempt& each : of.attempts)
    if (const auto step = of.plan->find(each.step))
      (each.undo ? of.steps[*step].undos : of.steps[*step].actions).push_back(&each);
  for (const diary_line& each : of.diary)
    if (const auto step = of.plan->find(each.step))
      of.steps[*step].lines.push_back(&each);
  for (const effect& each : of.effects)
    if (const auto step = of.plan->find(each.step))
      of.steps[*step].kept = &each;
}

} // namespace sagas::audit
