// A command as the machine takes it.
#pragma once

#include "saga/orchestrator.hpp"

namespace sagas {

/// What a command is as an event. errc::not_found when the definition has no step of that name.
result<event> event_of(const definition& plan, saga_command what, timestamp at);

} // namespace sagas
