// The state of one saga: all that the machine knows, and no more than the stored rows give back
// (rebuild.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "saga/document.hpp"
#include "saga/ids.hpp"
#include "saga/status.hpp"
#include "saga/time.hpp"

namespace sagas {

/// The newest attempt of one operation of a step.
struct attempt_state {
  step_status status = step_status::pending;
  std::uint32_t number = 0; ///< intento_numero; 0: never sent
  std::uint32_t base = 0;   ///< the attempt that opened the present round of the policy
  std::uint32_t row = 0;    ///< orden of its row
  outcome_kind kind = outcome_kind::unknown; ///< what became of it, once it has failed
  timestamp round_started{};                 ///< when attempt `base` was sent
  timestamp started{};                       ///< timestamp_inicio of its row
  timestamp sent_at{};                       ///< in flight: when last sent or loaded; the time-out
                                             ///< runs from here
  std::optional<timestamp> due;              ///< failed: when to retry; running: when to ask again

  document input; ///< what an operator has put in the place of the template's; mostly empty

  bool in_flight() const {
    return status == step_status::running || status == step_status::compensating;
  }
  /// Failed for good: neither a retry nor a decision is stored.
  bool exhausted() const { return status == step_status::failed && !due; }
  bool operator==(const attempt_state&) const = default;
};

struct step_state {
  attempt_state action;
  attempt_state compensation;
  bool maybe_done = false; ///< some attempt of the action ended unknown
  document output;         ///< of the action, once done
  bool operator==(const step_state&) const = default;
};

/// The saga that another one comes from.
struct saga_origin {
  saga_id saga;
  saga_relation relation = saga_relation::child;
  std::string step; ///< of that saga, of a child; else empty
  bool operator==(const saga_origin&) const = default;
};

/// What one row of `sagas` holds.
struct saga_header {
  saga_id id;
  std::string type;
  int version = 1;
  saga_status status = saga_status::started;
  direction way = direction::forward;
  turn_cause cause = turn_cause::none;
  bool cancel_pending = false; ///< asked for while the pivot's answer was awaited
  std::uint32_t recoveries = 0;
  std::uint32_t steps_total = 0;
  timestamp started{};
  std::optional<timestamp> ended;
  std::optional<timestamp> deadline;
  std::string campaign_id;           ///< empty: none
  std::string user_id;               ///< empty: none
  std::optional<saga_origin> origin; ///< of a saga that another one has begun; never changes
  document metadata;                 ///< metadatos
  document input;                    ///< entrada
  std::string error;                 ///< error_mensaje
  bool operator==(const saga_header&) const = default;
};

/// The saga whose effects it is about: the one that it undoes, or itself. Participants know no
/// other.
inline const saga_id& subject_of(const saga_header& saga) {
  return saga.origin && saga.origin->relation == saga_relation::undo ? saga.origin->saga : saga.id;
}

struct saga_state {
  saga_header header;
  std::uint32_t rows = 0; ///< how many step rows exist; the next one's orden is rows + 1
  std::vector<step_state> steps;
  bool operator==(const saga_state&) const = default;
};

} // namespace sagas
