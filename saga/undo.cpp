#include "saga/undo.hpp"

#include "saga/ids.hpp"

namespace sagas {
namespace {

status check_window(const definition& plan, const saga_header& of, timestamp now) {
  if (plan.undo_window <= milliseconds{0})
    return {errc::conflict, plan.type + " version " + std::to_string(plan.version)
                              + " allows no undo once it has ended well: its definition has no "
                                "ventana_compensacion"};
  const timestamp until = of.ended.value_or(now) + plan.undo_window;
  if (now > until)
    return {errc::conflict,
            "it could be undone until " + to_iso(until) + " (ventana_compensacion)"};
  return nothing{};
}

// What it did, or may have done: in the order in which it did it. The newest row of an action says
// how it went; an attempt before that ended without an answer may have had its effect, too.
std::vector<done_step> done_in(const definition& plan, const stored_saga& original) {
  std::vector<const step_row*> newest(plan.steps.size());
  std::vector<bool> maybe(plan.steps.size());
  for (const step_row& row : original.steps)
    if (row.op == operation::action && row.step < plan.steps.size()) {
      newest[row.step] = &row;
      maybe[row.step] = maybe[row.step] || row.kind == outcome_kind::unknown;
    }
  std::vector<done_step> done;
  for (const step_row& row : original.steps) {
    const bool decides = row.op == operation::action && row.step < plan.steps.size()
                         && newest[row.step] == &row;
    if (decides && (row.status == step_status::completed || maybe[row.step]))
      done.push_back(
        {row.step, row.status == step_status::completed, row.started, row.input, row.output});
  }
  return done;
}

bool has_undo(const definition& plan, const std::vector<done_step>& done) {
  for (const done_step& each : done)
    if (!plan.steps[each.step].compensation.empty())
      return true;
  return false;
}

} // namespace

std::string undo_key(const saga_id& of) { return own_keys + ("deshacer/" + to_text(of)); }

result<start_request> undo_start(const definition_ptr& plan, const stored_saga& original,
                                 authorship who, std::optional<timestamp> now) {
  const saga_header& of = original.header;
  if (of.status != saga_status::completed)
    return {errc::conflict, std::string{"only a saga that ended well (COMPLETADA) is undone by "
                                        "another one; this one is "}
                              + to_text(of.status)
                              + (is_terminal(of.status) ? "" : ": cancelar undoes it")};
  if (now)
    if (const status open = check_window(*plan, of, *now); !open)
      return open.error();
  undo_order order{of.id, done_in(*plan, original), std::move(who)};
  if (!has_undo(*plan, order.done))
    return {errc::conflict, "there is nothing to undo: no step that was done has a compensation"};
  start_request made;
  made.plan = plan;
  made.input = of.input;
  made.metadata = of.metadata;
  made.campaign_id = of.campaign_id;
  made.user_id = of.user_id;
  made.once = idempotency{undo_key(of.id), "deshacer"};
  made.undoes = std::move(order);
  return made;
}

} // namespace sagas
