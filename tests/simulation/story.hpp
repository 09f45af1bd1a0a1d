// One saga's part of a history, and what its rows say. For the checker only.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/simulation/history.hpp"

namespace sagas::sim {

struct story {
  saga_id id;
  const definition* plan = nullptr;
  std::vector<const saga_version*> versions;
  std::vector<const diary_line*> diary;

  const saga_version& last() const { return *versions.back(); }
  saga_status ended_as() const { return last().rows.header.status; }
};

/// The stories of all sagas that were ever stored, by id.
std::map<saga_id, story> stories_of(const history& seen);

using finding = std::optional<violation>;

/// The newest row of one operation of a step; null when it was never sent.
inline const step_row* newest_row(const saga_version& of, std::size_t step, operation op) {
  const auto& rows = of.rows.steps;
  const auto found = std::find_if(rows.rbegin(), rows.rend(), [&](const step_row& row) {
    return row.step == step && row.op == op;
  });
  return found == rows.rend() ? nullptr : &*found;
}

inline bool is_running(const step_row* row) { return row && !row->ended; }

/// The step's action is done or was passed over.
inline bool is_settled(const saga_version& of, std::size_t step) {
  const step_row* row = newest_row(of, step, operation::action);
  return row && (row->status == step_status::completed || row->status == step_status::skipped);
}

/// The step's action had an effect, or may have had one.
inline bool may_have_effect(const saga_version& of, std::size_t step) {
  const auto& rows = of.rows.steps;
  return std::any_of(rows.begin(), rows.end(), [step](const step_row& row) {
    return row.step == step && row.op == operation::action
           && (row.status == step_status::completed || row.kind == outcome_kind::unknown);
  });
}

inline bool is_undone(const saga_version& of, std::size_t step) {
  const step_row* row = newest_row(of, step, operation::compensation);
  return row && (row->status == step_status::compensated || row->status == step_status::skipped);
}

inline bool has_note(const saga_version& of, std::string_view kind, std::string_view step) {
  return std::any_of(of.history.begin(), of.history.end(),
                     [&](const history_row& row) { return row.kind == kind && row.step == step; });
}

/// An operator has had a say in this step's end.
inline bool is_by_hand(const saga_version& of, const std::string& step) {
  return has_note(of, "omitir", step) || has_note(of, "completar", step)
         || has_note(of, "fallar", step);
}

inline std::string where(const story& of, std::size_t step) {
  return "saga " + to_text(of.id).substr(24) + " step " + of.plan->steps[step].name;
}

} // namespace sagas::sim
