// The coordinator's other half: loading sagas that are stored, one by one or at the start.
#include <algorithm>
#include <utility>

#include "actors/coordinator.hpp"
#include "saga/machine.hpp"

namespace sagas::actors {
namespace {

// Doubled with each death.
milliseconds pause_after(std::uint32_t deaths, const engine_config& settings) {
  const std::uint32_t doublings = std::min(deaths > 0 ? deaths - 1 : 0, 20U);
  return std::min(settings.reload_min * (std::int64_t{1} << doublings), settings.reload_max);
}

failure has_ended(saga_status how) {
  return {errc::conflict, std::string{"the saga has ended: "} + to_text(how)};
}

} // namespace

// -- loading --------------------------------------------------------------------------------------

void coordinator_shell::on(const load& what) {
  const auto known = sagas_.find(what.id);
  const bool known_here = known != sagas_.end();
  if (known_here && (known->second.who || known->second.loading))
    return;
  if (known_here && known->second.resting && core_.clock() < known->second.until)
    return; // it has been here since, and rests again
  if (core_.gate.full() && !(known_here && known->second.counted))
    return load_at(what.id, core_.clock() + core_.settings.reload_max);
  look_up(what.id, enter(what.id));
}

void coordinator_shell::look_up(const saga_id& id, live_saga& what) {
  enter(id);
  what.loading = true;
  self_->send(writer_of(id), find{id, what.deaths > 0});
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
  answer_repeated_signals(to, rows);
  not_loaded(to, has_ended(is));
  tell_end(to.watchers, is);
  forget(what.id);
}

// Those who wait for it are told why it is not here; a start that may be stored stays unknown.
void coordinator_shell::not_loaded(live_saga& what, const failure& why) {
  if (what.start)
    std::exchange(what.start, nullptr)->answer({errc::unknown_outcome, why.message});
  for (auto& waited : std::exchange(what.waiting, {})) {
    if (const auto* command = std::get_if<steer>(&waited))
      command->answer->answer(why);
    else
      core_.figures.outcome_ignored();
  }
}

// A signal whose answer was lost is repeated, perhaps when the saga has ended.
void coordinator_shell::answer_repeated_signals(live_saga& ended, const stored_saga& rows) {
  const auto plan = core_.definitions.find(rows.header.type, rows.header.version);
  std::erase_if(ended.waiting, [&](const auto& waited) {
    const auto* command = std::get_if<steer>(&waited);
    if (!plan || !command || command->what.what != saga_command::kind::signal
        || !has_heard(*plan, rows, command->what.step, command->what.output))
      return false;
    command->answer->answer(rows.header.status);
    return true;
  });
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
  rest(to, false);
  self_->send(spawn(id, to), resume{std::move(rows), abandoned, std::exchange(to.awaited, {})});
  core_.directory.enter(id, to.who); // now that its first message can't be another
  pass_on(to);
}

// -- recovery -------------------------------------------------------------------------------------

void coordinator_shell::on(const recover&) { go_on_recovering(); }

void coordinator_shell::go_on_recovering() {
  if (core_.gate.full() || core_.gate.is_draining())
    return; // goes on when a saga has left
  if (auto what = recovery_.next())
    self_->send(writers_.front(), std::move(*what)); // one alone, so none is loaded twice
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
    if (recovery_.has_passed(rows.header.id))
      continue; // a command was faster, and what was read here is of before
    live_saga& to = enter(rows.header.id);
    if (to.who || to.loading)
      continue; // so it was here, and is still at it
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

} // namespace sagas::actors
