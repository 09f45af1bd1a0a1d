// What one transition writes: the unit that appears in the store whole or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "saga/definition.hpp"
#include "saga/state.hpp"

namespace sagas {

/// One row of `pasos_saga`: one attempt of one operation of a step. Inserted when it is sent,
/// updated when its outcome is known. Identified by (saga, order).
struct step_row {
  bool insert = false;
  std::uint32_t order = 0; ///< orden: 1, 2, ... in order of execution
  std::size_t step = 0;    ///< index in the definition
  operation op = operation::action;
  std::uint32_t attempt = 0;
  std::uint32_t base = 0; ///< see attempt_state
  step_status status = step_status::running;
  std::optional<outcome_kind> kind; ///< none while it runs
  timestamp started{};              ///< also in an update, for the duration
  std::optional<timestamp> ended;
  std::optional<timestamp> due; ///< see attempt_state
  document input;               ///< stored at insert, never changed
  document output;
  std::string error;
  /// Done by the saga that this one undoes: it never ends here, and counts nowhere.
  bool adopted() const {
    return insert && !ended && (status == step_status::completed || status == step_status::skipped);
  }
  bool operator==(const step_row&) const = default;
};

/// A fact of a saga's history that the step rows do not tell: who decided what, and why.
struct history_row {
  timestamp at{};
  std::string kind; ///< "cancelacion_pedida", "pausada", "reanudada", "aparcada", "reintentar", ...
  std::string step; ///< empty: the saga as a whole
  std::string by;
  std::string reason;
  bool operator==(const history_row&) const = default;
};

/// What the keys begin with that the program gives to starts of its own; callers can't.
inline constexpr const char* own_keys = "sagas:";

/// The caller's key for an idempotent start, and a digest of what it asked for.
struct idempotency {
  std::string key;
  std::string fingerprint;
};

/// One transition of one saga, as the store commits it.
struct changes {
  saga_id id;
  definition_ptr plan;               ///< names for the rows; never null
  bool insert = false;               ///< the saga's first transition
  std::optional<saga_header> header; ///< all of `sagas` when it is new or has changed
  std::optional<saga_status> was;    ///< the stored status before, when `header` changes it
  std::vector<step_row> steps;
  std::vector<history_row> history;
  std::optional<idempotency> once; ///< only with insert
};

/// A saga as read back: enough for rebuild() to give its live state.
struct stored_saga {
  saga_header header;
  std::vector<step_row> steps; ///< by order
};

} // namespace sagas
