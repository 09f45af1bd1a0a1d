#include "saga/barrier.hpp"

#include "saga/assert.hpp"

namespace sagas {

verdict judge(const barrier_mark& known, operation op, std::uint64_t epoch) {
  const bool action = op == operation::action;
  if (epoch < known.epoch)
    return verdict::stale_epoch;
  if (known.undone)
    return action ? verdict::hanging : verdict::undone_already;
  if (known.acted)
    return action ? verdict::same_answer : verdict::undo;
  if (known.refused)
    return action ? verdict::same_refusal : verdict::nothing_to_undo;
  return action ? verdict::act : verdict::nothing_to_undo;
}

std::string_view diary_word(verdict what) {
  switch (what) {
  case verdict::act: return "efecto";
  case verdict::same_answer:
  case verdict::same_refusal:
  case verdict::undone_already: return "duplicado";
  case verdict::hanging: return "colgada";
  case verdict::undo: return "deshecho";
  case verdict::nothing_to_undo: return "vacia";
  case verdict::stale_epoch: return "epoca";
  }
  SAGAS_ASSERT(false);
}

} // namespace sagas
