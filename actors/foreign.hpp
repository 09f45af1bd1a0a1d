// Participants that are not ours: they may block, answer on any thread, twice, late or never.
#pragma once

#include <memory>
#include <string>

#include "actors/core.hpp"
#include "actors/reply_gate.hpp"
#include "saga/participant.hpp"

namespace caf {
class actor_system;
}

namespace sagas::actors {

/// The way to a participant: a bounded queue and up to `limits.workers` actors that call it.
/// @param threads each of these has a thread of its own; else there is one, without
std::shared_ptr<call_route> make_foreign_route(caf::actor_system& system, engine_core& core,
                                               std::shared_ptr<reply_gate> gate,
                                               const std::string& kind,
                                               std::shared_ptr<participant> who,
                                               const participant_limits& limits, bool threads);

} // namespace sagas::actors
