#include "actors/saga.hpp"

#include "actors/exceptions.hpp"

namespace sagas::actors {
namespace {

using self_pointer = saga_actor::stateful_pointer<saga_actor_state>;

template <class Message>
void handle(self_pointer self, Message& what) {
  self->state.shell->on(what);
  switch (self->state.shell->settle()) {
  case saga_shell::fate::goes_on: break;
  case saga_shell::fate::leaves: self->quit(); break;
  case saga_shell::fate::loads_again: self->quit(caf::exit_reason::unknown); break;
  }
}

} // namespace

saga_actor::behavior_type saga(self_pointer self, engine_core* core, coordinator_actor up,
                               saga_id id) {
  self->state.shell.emplace(*core, std::move(up), self, id);
  self->set_exception_handler([core](std::exception_ptr& what) {
    log_exception(core->log, what);
    return caf::make_error(caf::exit_reason::unhandled_exception);
  });
  return {
    [self](const committed& what) { handle(self, what); },
    [self](answered& what) { handle(self, what); },
    [self](const wake& what) { handle(self, what); },
    [self](begin& what) { handle(self, what); },
    [self](resume& what) { handle(self, what); },
    [self](steer& what) { handle(self, what); },
    [self](const refused& what) { handle(self, what); },
    [self](const withdrawn& what) { handle(self, what); },
    [self](const lost& what) { handle(self, what); },
    [self](const retire& what) { handle(self, what); },
  };
}

} // namespace sagas::actors
