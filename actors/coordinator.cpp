#include "actors/coordinator.hpp"

#include <algorithm>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/saga.hpp"

namespace sagas::actors {
namespace {

failure has_ended(saga_status how) {
  return {errc::conflict, std::string{"the saga has ended: "} + to_text(how)};
}

// Doubled with each death.
milliseconds pause_after(std::uint32_t deaths, const engine_config& settings) {
  const std::uint32_t doublings = std::min(deaths > 0 ? deaths - 1 : 0, 20U);
  return std::min(settings.reload_min * (std::int64_t{1} << doublings), settings.reload_max);
}

void tell_end(std::vector<orchestrator::ended_callback>& watchers, saga_status how) {
  for (const auto& watcher : watchers)
    watcher(how);
  watchers.clear();
}

} // namespace

coordinator_shell::coordinator_shell(engine_core& core, coordinator_actor::pointer self,
                                     persistence_actor store, std::uint64_t seed)
  : core_(core), self_(self), store_(std::move(store)), ids_(seed) {}

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
  sagas_.erase(found);
  core_.figures.in_flight(core_.gate.sagas(), core_.gate.commits());
  go_on_recovering();
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
}

void coordinator_shell::on(const ended& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end())
    return;
  self_->send(found->second.who, retire{});
  if (what.how)
    tell_end(found->second.watchers, *what.how);
  forget(what.id);
}

void coordinator_shell::on(const died& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end() || !found->second.who || found->second.who.id() != what.who)
    return;
  core_.log.write(log_level::warning, "a saga's actor is gone; the saga is loaded again",
                  {{"saga", to_text(what.id)}, {"reason", what.why}});
  live_saga& dead = found->second;
  dead.who = nullptr;
  dead.leaving = false;
  if (std::exchange(dead.recovering, false))
    recovery_.one_settled();
  load_later(what.id, dead);
  go_on_recovering();
}

void coordinator_shell::on(const duplicated& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end())
    return;
  self_->send(found->second.who, retire{});
  duplicates_[what.existing].push_back(
    {std::move(found->second.start), std::move(found->second.watchers)});
  forget(what.id);
  self_->send(store_, find{what.existing});
}

// -- commands -------------------------------------------------------------------------------------

void coordinator_shell::on(route& what) {
  if (!core_.gate.has_store())
    return what.what.answer->answer({errc::unavailable, "the store is not available: try later"});
  live_saga& to = enter(what.id);
  if (to.waiting.size() >= core_.settings.waiting_max)
    return what.what.answer->answer({errc::overloaded, "too many commands wait for this saga"});
  to.waiting.push_back(std::move(what.what));
  if (to.who && !to.leaving)
    pass_on(to);
  else if (!to.who && !to.loading)
    look_up(what.id, to);
}

void coordinator_shell::pass_on(live_saga& to) {
  for (steer& what : std::exchange(to.waiting, {})) {
    ++to.steered;
    self_->send(to.who, std::move(what));
  }
}

// -- letting go -----------------------------------------------------------------------------------

void coordinator_shell::on(const rests& what) {
  const auto found = sagas_.find(what.id);
  // A command that it has not seen yet will make it say so again.
  if (found == sagas_.end() || found->second.steered != what.steered)
    return;
  found->second.leaving = true;
  self_->send(found->second.who, retire{});
}

void coordinator_shell::on(const stays& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end())
    return;
  found->second.leaving = false;
  pass_on(found->second);
}

void coordinator_shell::on(const left& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end())
    return;
  live_saga& gone = found->second;
  gone.who = nullptr;
  gone.leaving = false;
  if (what.until)
    load_at(what.id, *what.until);
  if (!gone.waiting.empty())
    return look_up(what.id, gone);
  if (gone.watchers.empty())
    return forget(what.id);
  if (std::exchange(gone.counted, false))
    core_.gate.leave();
}

// -- loading --------------------------------------------------------------------------------------

void coordinator_shell::on(const load& what) {
  const auto known = sagas_.find(what.id);
  if (known != sagas_.end() && (known->second.who || known->second.loading))
    return;
  if (known == sagas_.end() && core_.gate.full())
    return load_at(what.id, core_.clock() + core_.settings.reload_max);
  look_up(what.id, enter(what.id));
}

void coordinator_shell::look_up(const saga_id& id, live_saga& what) {
  enter(id);
  what.loading = true;
  self_->send(store_, find{id});
}

void coordinator_shell::load_later(const saga_id& id, live_saga& what) {
  load_at(id, core_.clock() + pause_after(++what.deaths, core_.settings));
}

void coordinator_shell::load_at(const saga_id& id, timestamp when) {
  core_.timing.arm(when, [me = coordinator_actor{self_}, id] { caf::anon_send(me, load{id}); });
}

void coordinator_shell::on(found& what) {
  answer_duplicates(what);
  const auto known = sagas_.find(what.id);
  if (known == sagas_.end() || !known->second.loading)
    return;
  live_saga& to = known->second;
  to.loading = false;
  if (!what.what) {
    not_loaded(to,
               {what.what.error().code, "the store can't be read: " + what.what.error().message});
    return load_later(what.id, to);
  }
  if (!*what.what) {
    if (to.start)
      to.start->answer({errc::unavailable, "the start was not stored: try again"});
    not_loaded(to, {errc::not_found, "no such saga"});
    return forget(what.id);
  }
  stored_saga& rows = **what.what;
  const saga_status is = rows.header.status;
  if (to.start)
    std::exchange(to.start, nullptr)->answer(started{what.id, is, true});
  if (!is_terminal(is))
    return take_up(to, std::move(rows), false);
  not_loaded(to, has_ended(is));
  tell_end(to.watchers, is);
  forget(what.id);
}

// Those who wait for it are told why it is not here; a start that may be stored stays unknown.
void coordinator_shell::not_loaded(live_saga& what, const failure& why) {
  if (what.start)
    std::exchange(what.start, nullptr)->answer({errc::unknown_outcome, why.message});
  for (const steer& command : std::exchange(what.waiting, {}))
    command.answer->answer(why);
}

void coordinator_shell::answer_duplicates(const found& what) {
  const auto asked = duplicates_.extract(what.id);
  if (asked.empty())
    return;
  for (duplicate& each : asked.mapped()) {
    if (!what.what || !*what.what) {
      each.start->answer({errc::unavailable, "the saga of this key can't be read now: try again"});
      continue;
    }
    const saga_status is = (*what.what)->header.status;
    each.start->answer(started{what.id, is, false});
    if (is_terminal(is))
      tell_end(each.watchers, is);
    else
      std::move(each.watchers.begin(), each.watchers.end(),
                std::back_inserter(sagas_[what.id].watchers));
  }
}

void coordinator_shell::take_up(live_saga& to, stored_saga rows, bool abandoned) {
  const saga_id id = rows.header.id;
  self_->send(spawn(id, to), resume{std::move(rows), abandoned});
  pass_on(to);
}

// -- recovery -------------------------------------------------------------------------------------

void coordinator_shell::on(const recover&) { go_on_recovering(); }

void coordinator_shell::go_on_recovering() {
  if (core_.gate.full() || core_.gate.is_draining())
    return; // goes on when a saga has left
  if (auto what = recovery_.next())
    self_->send(store_, std::move(*what));
}

void coordinator_shell::on(page& what) {
  if (!what.sagas) {
    core_.log.write(log_level::warning, "unfinished sagas can't be loaded now",
                    {{"cause", what.sagas.error().message}});
    recovery_.failed();
    core_.timing.arm(core_.clock() + core_.settings.store_retry_max,
                     [me = coordinator_actor{self_}] { caf::anon_send(me, recover{}); });
    return;
  }
  std::vector<saga_id> settled;
  std::size_t taken = 0;
  for (stored_saga& rows : *what.sagas) {
    const resumption how = resumption_of(rows.header);
    if (how != resumption::normal)
      core_.log.write(log_level::error, "loading a saga has ended the process before: it is parked",
                      {{"saga", to_text(rows.header.id)}});
    if (how == resumption::leave)
      continue;
    settled.push_back(rows.header.id);
    live_saga& to = enter(rows.header.id);
    if (to.who || to.loading)
      continue; // a command was faster
    to.recovering = true;
    ++taken;
    take_up(to, std::move(rows), how == resumption::park);
  }
  core_.figures.recovered(taken);
  recovery_.arrived(what, std::move(settled), taken);
  if (recovery_.is_done())
    core_.gate.loaded();
  go_on_recovering();
}

void coordinator_shell::on(const taken_off& what) {
  const auto found = sagas_.find(what.id);
  if (found == sagas_.end() || !std::exchange(found->second.recovering, false))
    return;
  recovery_.one_settled();
  go_on_recovering();
}

// -- the border to CAF ----------------------------------------------------------------------------

coordinator_actor::behavior_type
coordinator(coordinator_actor::stateful_pointer<coordinator_state> self, engine_core* core,
            persistence_actor store, std::uint64_t seed) {
  self->state.shell.emplace(*core, self, std::move(store), seed);
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
    [shell](const left& what) { shell->on(what); },
    [shell](const stays& what) { shell->on(what); },
    [shell](const load& what) { shell->on(what); },
    [shell](const recover& what) { shell->on(what); },
    [shell](page& what) { shell->on(what); },
    [shell](found& what) { shell->on(what); },
  };
}

} // namespace sagas::actors
