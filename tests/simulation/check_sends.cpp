// Whether each attempt was sent when it might be.
#include "tests/simulation/checker.hpp"

#include <set>

namespace sagas::sim {
namespace {

std::set<std::size_t> all_behind(const definition& plan, std::size_t step) {
  std::set<std::size_t> found;
  std::vector<std::size_t> open = plan.dependents[step];
  while (!open.empty()) {
    const std::size_t next = open.back();
    open.pop_back();
    if (found.insert(next).second)
      open.insert(open.end(), plan.dependents[next].begin(), plan.dependents[next].end());
  }
  return found;
}

finding check_action(const story& of, const saga_version& now, const step_row& row) {
  if (now.rows.header.way == direction::backward)
    return violation{"S7", where(of, row.step) + " was sent forward on the way back"};
  for (const std::size_t needed : of.plan->steps[row.step].depends_on)
    if (!is_settled(now, needed))
      return violation{"S8", where(of, row.step) + " was sent before " + of.plan->steps[needed].name
                               + " was done"};
  return std::nullopt;
}

finding check_undo(const story& of, const saga_version& now, const step_row& row) {
  if (!newest_row(now, row.step, operation::action)
      || of.plan->steps[row.step].compensation.empty())
    return violation{"S9", where(of, row.step) + " is undone and was never sent"};
  if (of.plan->pivot) {
    const step_row* pivot = newest_row(now, *of.plan->pivot, operation::action);
    if (pivot && pivot->status == step_status::completed)
      return violation{"S10", where(of, row.step) + " is undone behind the pivot"};
  }
  if (row.attempt > 1)
    return std::nullopt;
  for (const std::size_t after : all_behind(*of.plan, row.step))
    if (is_running(newest_row(now, after, operation::action))
        || (may_have_effect(now, after) && !of.plan->steps[after].compensation.empty()
            && !is_undone(now, after)))
      return violation{"S6",
                       where(of, row.step) + " is undone before " + of.plan->steps[after].name};
  return std::nullopt;
}

// Attempts count up, come when they are due, and not more often than the policy says.
finding check_attempt(const story& of, const saga_version& now, std::size_t i) {
  const step_row& row = now.rows.steps[i];
  const step_row* before = nullptr;
  for (std::size_t k = 0; k < i; ++k)
    if (now.rows.steps[k].step == row.step && now.rows.steps[k].op == row.op)
      before = &now.rows.steps[k];
  if (row.attempt != (before ? before->attempt + 1 : 1))
    return violation{"S12", where(of, row.step) + ": an attempt twice, or left out"};
  const bool same_round = row.base != row.attempt;
  if (before != nullptr && same_round && (!before->due || row.started < *before->due))
    return violation{"S12", where(of, row.step) + " was tried again before it was due"};
  const step_definition& step = of.plan->steps[row.step];
  const retry_policy& policy = row.op == operation::action ? step.retry : step.compensation_retry;
  if (row.attempt - row.base + 1 > policy.attempts)
    return violation{"V5", where(of, row.step) + " was tried too often"};
  const bool opens_again = row.base == row.attempt && row.attempt > 1;
  if (opens_again && row.op == operation::action && !has_note(now, "reintentar", step.name))
    return violation{"V5", where(of, row.step) + ": a new round that nobody asked for"};
  return std::nullopt;
}

} // namespace

finding check_sends(const story& of) {
  std::size_t known = 0;
  for (const saga_version* version : of.versions) {
    for (std::size_t i = known; i < version->rows.steps.size(); ++i) {
      const step_row& row = version->rows.steps[i];
      if (auto found = check_attempt(of, *version, i))
        return found;
      if (auto found = row.op == operation::action ? check_action(of, *version, row)
                                                   : check_undo(of, *version, row))
        return found;
    }
    known = version->rows.steps.size();
  }
  return std::nullopt;
}

} // namespace sagas::sim
