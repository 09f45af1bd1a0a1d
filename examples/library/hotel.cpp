#include "hotel.hpp"

#include <algorithm>

using namespace sagas;

result<definition_ptr> stay() {
  return definition_builder("estancia")
    .start_rules(R"({"esquema": {"type": "object", "required": ["huesped"],
                                 "properties": {"huesped": {"type": "string"}}}})")
    .step("cobrar", "cobros")
    .compensation("devolver")
    .step("reservar", "hotel")
    .input(R"({"para": "${entrada.huesped}"})")
    .compensation("anular")
    .step("avisar", "correo")
    .optional()
    .build();
}

outcome hotel::ask(const call& what) {
  const std::lock_guard lock{guard_};
  barrier_mark& known = known_[what.saga];
  const verdict due = judge(known, what.request.op, what.epoch);
  known.epoch = std::max(known.epoch, what.epoch);
  switch (due) {
  case verdict::act: return book(known);
  case verdict::same_answer: return outcomes::done();
  case verdict::same_refusal: return outcomes::refused("no quedaban habitaciones");
  case verdict::hanging: return outcomes::refused("ya estaba anulada");
  case verdict::undo: ++free_; [[fallthrough]];
  case verdict::nothing_to_undo:
  case verdict::undone_already: known.undone = true; return outcomes::done();
  case verdict::stale_epoch: break;
  }
  return outcomes::unknown("de un proceso que ya no tiene la saga");
}

outcome hotel::book(barrier_mark& known) {
  if (free_ == 0) {
    known.refused = true;
    return outcomes::refused("no quedan habitaciones");
  }
  --free_;
  known.acted = true;
  return outcomes::done();
}

int hotel::rooms_free() const {
  const std::lock_guard lock{guard_};
  return free_;
}
