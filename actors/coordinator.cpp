#include "actors/coordinator.hpp"

#include <algorithm>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/saga.hpp"

namespace sagas::actors {
namespace {

// How many sagas may rest with an entry here, for each that may be in memory.
constexpr std::uint32_t resting_for_each = 20;

} // namespace

void tell_end(watcher_list& all, saga_status how) {
  for (const auto& watcher : std::exchange(all, {}))
    watcher(how);
}

coordinator_shell::coordinator_shell(engine_core& core, coordinator_actor::pointer self,
                                     std::vector<persistence_actor> writers, std::uint64_t seed)
  : core_(core), self_(self), writers_(std::move(writers)), ids_(seed) {}

// -- the table ------------------------------------------------------------------------------------

live_saga& coordinator_shell::enter(const saga_id& id) {
  live_saga& what = sagas_[id];
  if (!std::exchange(what.counted, true))
    core_.gate.enter();
  return what;
}

void coordinator_shell::forget(const saga_id& id) {
  const auto found = sagas_.find(id);
  if (found == sagas_.end())
    return;
  if (found->second.counted)
    core_.gate.leave();
  if (found->second.recovering)
    recovery_.one_settled();
  rest(found->second, false);
  recovery_.passed(id);
  core_.directory.leave(id);
  sagas_.erase(found);
  core_.figures.in_flight(core_.gate.sagas(), core_.gate.commits());
  go_on_recovering();
}

void coordinator_shell::rest(live_saga& what, bool resting) {
  if (std::exchange(what.resting, resting) != resting)
    resting ? ++resting_ : --resting_;
}

saga_actor coordinator_shell::spawn(const saga_id& id, live_saga& to) {
  const coordinator_actor me{self_};
  to.who = self_->spawn<caf::lazy_init>(saga, &core_, me, id);
  to.steered = 0;
  caf::actor_cast<caf::abstract_actor*>(to.who)->attach_functor(
    [me, id, who = to.who.id()](const caf::error& why) {
      if (why)
        caf::anon_send(me, died{id, who, caf::to_string(why)});
    });
  return to.who;
}

void coordinator_shell::on(launch& what) {
  const saga_id id = ids_.make(core_.clock());
  live_saga& to = sagas_[id];
  to.counted = true; // its place was given by admit()
  to.start = what.answer;
  if (what.on_ended)
    to.watchers.push_back(std::move(what.on_ended));
  self_->send(spawn(id, to), begin{std::move(what.what), std::move(what.answer)});
  core_.directory.enter(id, to.who);
}

void coordinator_shell::on(const ended& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end())
    return;
  const saga_actor who = found->second.who;
  if (what.how)
    tell_end(found->second.watchers, *what.how);
  forget(what.id);
  self_->send(who, retire{}); // behind everything else that it was sent
}

void coordinator_shell::on(const died& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end() || !found->second.who || found->second.who.id() != what.who)
    return;
  core_.log.write(log_level::warning, "a saga's actor is gone; the saga is loaded again",
                  {{"saga", to_text(what.id)}, {"reason", what.why}});
  live_saga& dead = found->second;
  core_.directory.leave(what.id);
  dead.who = nullptr;
  dead.leaving = false;
  if (std::exchange(dead.recovering, false))
    recovery_.one_settled();
  recovery_.passed(what.id);
  load_later(what.id, dead);
  go_on_recovering();
}

void coordinator_shell::on(const duplicated& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end())
    return;
  const saga_actor who = found->second.who;
  duplicates_[what.existing].push_back(
    {std::move(found->second.start), std::move(found->second.watchers)});
  forget(what.id);
  self_->send(who, retire{});
  self_->send(writer_of(what.existing), find{what.existing});
}

// -- commands and answers -------------------------------------------------------------------------

void coordinator_shell::on(route& what) {
  if (!core_.gate.has_store(core_.commits.number_of(what.id)))
    return what.what.answer->answer({errc::unavailable, "the store is not available: try later"});
  live_saga& to = sagas_[what.id];
  if (to.waiting.size() >= core_.settings.waiting_max)
    return what.what.answer->answer({errc::overloaded, "too many commands wait for this saga"});
  to.waiting.emplace_back(std::move(what.what));
  call_for(what.id, to);
}

void coordinator_shell::on(astray& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end() || found->second.waiting.size() >= core_.settings.waiting_max)
    return core_.figures.outcome_ignored();
  found->second.waiting.emplace_back(std::move(what.what));
  call_for(what.id, found->second);
}

// What waits is passed on, now or when it is clear to whom.
void coordinator_shell::call_for(const saga_id& id, live_saga& to) {
  if (to.who && !to.leaving)
    pass_on(to);
  else if (!to.who && !to.loading)
    look_up(id, to);
}

void coordinator_shell::pass_on(live_saga& to) {
  for (auto& what : std::exchange(to.waiting, {})) {
    to.steered += std::holds_alternative<steer>(what) ? 1 : 0;
    std::visit([&](auto& message) { self_->send(to.who, std::move(message)); }, what);
  }
}

// -- letting go -----------------------------------------------------------------------------------

void coordinator_shell::on(const rests& what) {
  const auto found = sagas_.find(what.id);
  // A command that it has not seen yet will make it say so again.
  if (found == sagas_.end() || found->second.steered != what.steered)
    return;
  if (resting_ >= std::size_t{resting_for_each} * core_.settings.sagas_max)
    return; // it goes on counting against sagas_max
  found->second.leaving = true;
  core_.directory.leave(what.id);
  self_->send(found->second.who, retire{});
}

void coordinator_shell::on(const stays& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end())
    return;
  found->second.leaving = false;
  core_.directory.enter(what.id, found->second.who);
  pass_on(found->second);
}

void coordinator_shell::on(left& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end())
    return;
  live_saga& gone = found->second;
  gone.who = nullptr;
  gone.leaving = false;
  gone.awaited = std::move(what.awaited);
  gone.until = what.until.value_or(timestamp::max());
  if (what.until)
    load_at(what.id, *what.until);
  rest(gone, true);
  recovery_.passed(what.id);
  if (std::exchange(gone.counted, false))
    core_.gate.leave();
  if (!gone.waiting.empty())
    look_up(what.id, gone);
  else if (gone.watchers.empty() && gone.awaited.empty())
    forget(what.id);
  else
    go_on_recovering(); // there is room for one more
}

// -- the border to CAF ----------------------------------------------------------------------------

coordinator_actor::behavior_type
coordinator(coordinator_actor::stateful_pointer<coordinator_state> self, engine_core* core,
            std::vector<persistence_actor> writers, std::uint64_t seed) {
  self->state.shell.emplace(*core, self, std::move(writers), seed);
  self->set_exception_handler([core](std::exception_ptr& what) {
    core->fatal({errc::fatal, "the coordinator failed: " + log_exception(core->log, what)});
    return caf::make_error(caf::exit_reason::unhandled_exception);
  });
  coordinator_shell* shell = &*self->state.shell;
  return {
    [shell](launch& what) { shell->on(what); },
    [shell](const ended& what) { shell->on(what); },
    [shell](route& what) { shell->on(what); },
    [shell](const died& what) { shell->on(what); },
    [shell](const duplicated& what) { shell->on(what); },
    [shell](const taken_off& what) { shell->on(what); },
    [shell](const rests& what) { shell->on(what); },
    [shell](left& what) { shell->on(what); },
    [shell](const stays& what) { shell->on(what); },
    [shell](astray& what) { shell->on(what); },
    [shell](const load& what) { shell->on(what); },
    [shell](const recover& what) { shell->on(what); },
    [shell](page& what) { shell->on(what); },
    [shell](found& what) { shell->on(what); },
  };
}

} // namespace sagas::actors
