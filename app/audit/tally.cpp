#include "app/audit/tally.hpp"

namespace sagas::audit {

void tally::add_lines(const saga_case& saga) {
  std::set<std::int64_t> epochs;
  for (const diary_line& line : saga.diary) {
    epochs.insert(line.epoch);
    counts_.empty_undos += line.what == "vacia" ? 1 : 0;
    counts_.duplicates += line.what == "duplicado" ? 1 : 0;
    counts_.hanging += line.what == "colgada" ? 1 : 0;
    counts_.lost_replies += line.what == "perdida" ? 1 : 0;
  }
  counts_.resumed += epochs.size() > 1 ? 1 : 0;
  epochs_.merge(epochs);
}

void tally::add_steps(const saga_case& saga) {
  for (const step_facts& step : saga.steps) {
    const attempt* undone = step.settled_undo();
    const bool was_undone = undone && undone->status == "COMPENSADO";
    const bool by_hand = was_undone && undone->outcome != "HECHO";
    counts_.undone_by_hand += by_hand ? 1 : 0;
    counts_.undone += was_undone && !by_hand ? 1 : 0;
    counts_.undo_checked += was_undone && !by_hand && step.kept && step.kept->undone ? 1 : 0;
    counts_.done_checked += saga.status == "COMPLETADA" && step.kept && step.kept->in_force() ? 1
                                                                                              : 0;
  }
}

void tally::add(const saga_case& saga) {
  ++counts_.sagas;
  ++counts_.by_state[saga.status];
  counts_.moving += saga.moving ? 1 : 0;
  counts_.attempts += saga.attempts.size();
  for (const attempt& row : saga.attempts) {
    counts_.retries += row.number > 1 ? 1 : 0;
    counts_.unknown += row.outcome == "DESCONOCIDO" ? 1 : 0;
  }
  counts_.parked += saga.has_decision("aparcada") ? 1 : 0;
  for (const decision_note& note : saga.decisions) {
    counts_.cancels += note.kind == "cancelacion_pedida" ? 1 : 0;
    for (const char* kind : {"reintentar", "omitir", "completar", "fallar", "compensar"})
      counts_.decisions += note.kind == kind ? 1 : 0;
  }
  add_lines(saga);
  add_steps(saga);
}

reached tally::counts() const {
  reached now = counts_;
  now.epochs = epochs_.size();
  return now;
}

} // namespace sagas::audit
