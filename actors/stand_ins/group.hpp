// The actor of a group of stand-in participants: takes the calls that wait, commits the ledger once
// for all of them, and only then sends the answers. The same group commit as the engine's store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/core.hpp"
#include "actors/stand_ins/stand_in.hpp"

namespace sagas::actors {

/// A call that waits for a stand-in.
struct stand_in_call {
  call what;
  std::shared_ptr<call_figures> figures; ///< that it counts in
  std::size_t service = 0;               ///< index in the group
};

/// What the routes to a group and its actor share.
struct stand_in_desk {
  stand_in_desk(engine_core& of, std::size_t calls_max) : core(of), calls(calls_max) {}
  engine_core& core;
  work_queue<stand_in_call> calls;
};

struct stand_in_group_state {
  static inline const char* name = "stand_ins";
  engine_core* core = nullptr;
  std::shared_ptr<stand_in_desk> desk;
  stand_in_group group;
  std::vector<stand_in> services;
  std::vector<stand_in_call> taken; ///< of the present round
};

/// The way to one of a group's services.
std::shared_ptr<call_route> make_stand_in_route(std::shared_ptr<stand_in_desk> desk,
                                                std::size_t service);

/// The behaviour; detached when the ledger blocks.
worker_actor::behavior_type stand_ins(worker_actor::stateful_pointer<stand_in_group_state> self,
                                      engine_core* core, std::shared_ptr<stand_in_desk> desk,
                                      const std::shared_ptr<stand_in_group>& group);

} // namespace sagas::actors
