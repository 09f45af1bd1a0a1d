// The actor system: CAF's own, and in manual mode the hand that turns it.
#pragma once

#include <cstddef>
#include <memory>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/engine.hpp"

namespace sagas::actors {

class engine_system {
public:
  explicit engine_system(const engine_config& settings);

  caf::actor_system& get() { return *system_; }
  bool is_manual() const { return manual_ != nullptr; }

  /// Spawns an actor that may block: on a thread of its own, unless there are no threads.
  template <class F, class... Ts>
  auto spawn_blocking(F what, Ts&&... args) {
    return is_manual() ? system_->spawn<caf::lazy_init>(what, std::forward<Ts>(args)...)
                       : system_->spawn<caf::detached>(what, std::forward<Ts>(args)...);
  }

  // -- manual only
  // ----------------------------------------------------------------------------------

  std::size_t runnable() const;
  void run_one(std::size_t which);

  /// Ends an actor before it handles whatever else waits for it.
  static void kill(const caf::strong_actor_ptr& who);

private:
  struct config;
  std::unique_ptr<caf::actor_system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* manual_ = nullptr;
};

} // namespace sagas::actors
