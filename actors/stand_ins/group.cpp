#include "actors/stand_ins/group.hpp"

#include <utility>

#include "actors/exceptions.hpp"

namespace sagas::actors {
namespace {

using self_pointer = worker_actor::stateful_pointer<stand_in_group_state>;

// Calls in one round. A ledger that waits for a disk is worth larger ones, but the calls that come
// last in a round wait for all of it.
constexpr std::size_t round_max = 64;
constexpr std::size_t round_max_blocking = 1'000;

class stand_in_route final : public call_route {
public:
  stand_in_route(std::shared_ptr<stand_in_desk> desk, std::size_t service)
    : call_route("actor"), desk_(std::move(desk)), service_(service) {}

  void send(call what) override {
    figures()->sent();
    stand_in_call item{std::move(what), figures(), service_};
    if (desk_->calls.push(item) != pushed::refused)
      return;
    figures()->settled(outcome_kind::technical_failure);
    desk_->core.directory.tell(item.what.sender, item.what.request, too_many_calls(item.what));
  }

private:
  std::shared_ptr<stand_in_desk> desk_;
  std::size_t service_;
};

void reply(engine_core& core, const stand_in_call& to, reaction what, timestamp now) {
  to.figures->settled(what.reply ? what.reply->kind : outcome_kind::unknown);
  for (int copy = 0; what.reply && copy < what.copies; ++copy) {
    if (what.delay <= milliseconds{0})
      core.directory.tell(to.what.sender, to.what.request, *what.reply);
    else
      core.timing.arm(now + what.delay,
                      [&core, saga = to.what.sender, about = to.what.request, told = *what.reply] {
                        core.directory.tell(saga, about, told);
                      });
  }
}

void round(self_pointer self) {
  stand_in_group_state& state = self->state;
  state.desk->calls.take(state.taken, state.group.blocking ? round_max_blocking : round_max);
  const timestamp now = state.core->clock();
  std::vector<reaction> reactions;
  reactions.reserve(state.taken.size());
  for (const stand_in_call& item : state.taken)
    reactions.push_back(state.services[item.service].handle(item.what, now));
  const status kept = state.taken.empty() ? status{nothing{}} : state.group.ledger->commit();
  for (std::size_t i = 0; i < state.taken.size(); ++i) {
    if (!kept) // undone as a whole: to the sagas it is as if the calls had been lost
      reactions[i].reply.reset();
    reply(*state.core, state.taken[i], std::move(reactions[i]), now);
  }
  if (!kept)
    state.core->log.write(log_level::warning, "a ledger of stand-in participants can't be written",
                          {{"cause", kept.error().message}});
  state.taken.clear();
  if (!state.desk->calls.rest(worker_actor{self}))
    self->send(worker_actor{self}, poke{});
}

} // namespace

std::shared_ptr<call_route> make_stand_in_route(std::shared_ptr<stand_in_desk> desk,
                                                std::size_t service) {
  return std::make_shared<stand_in_route>(std::move(desk), service);
}

worker_actor::behavior_type stand_ins(self_pointer self, engine_core* core,
                                      std::shared_ptr<stand_in_desk> desk,
                                      const std::shared_ptr<stand_in_group>& group) {
  stand_in_group_state& state = self->state;
  state.core = core;
  state.desk = std::move(desk);
  state.group = std::move(*group);
  for (const std::string& service : state.group.services)
    state.services.emplace_back(make_stand_in_service(service), *state.group.ledger,
                                state.group.rules);
  self->set_exception_handler([core](std::exception_ptr& what) {
    log_exception(core->log, what);
    return caf::make_error(caf::exit_reason::unhandled_exception);
  });
  return {[self](poke) { round(self); }};
}

} // namespace sagas::actors
