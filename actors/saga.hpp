// The saga actor: one for each saga at work. Only the border to CAF; see saga_shell.hpp.
#pragma once

#include <optional>

#include "actors/saga_shell.hpp"

namespace sagas::actors {

struct saga_actor_state {
  static inline const char* name = "saga";
  std::optional<saga_shell> shell;
};

saga_actor::behavior_type saga(saga_actor::stateful_pointer<saga_actor_state> self,
                               engine_core* core, coordinator_actor up, saga_id id);

} // namespace sagas::actors
