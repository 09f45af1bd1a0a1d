#include "actors/persistence.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "actors/exceptions.hpp"
#include "saga/planted.hpp"

namespace sagas::actors {
namespace {

using self_pointer = persistence_actor::stateful_pointer<persistence_state>;

void wake_up(self_pointer self) { self->send(worker_actor{persistence_actor{self}}, poke{}); }

// -- what became of a batch -----------------------------------------------------------------------

void acknowledge(self_pointer self, batch_result done) {
  persistence_state& state = self->state;
  SAGAS_ASSERT(done.acks.size() == state.origins.size());
  for (std::size_t i = 0; i < done.acks.size(); ++i) {
    if (done.acks[i].what == commit_ack::verdict::committed)
      self->send(state.origins[i].from, committed{});
    else
      self->send(state.origins[i].from, refused{std::move(done.acks[i])});
  }
  state.batch.clear();
  state.origins.clear();
}

// Gives back what nobody has to wait for: starts and commands. The rest is kept, in its order.
void withdraw(persistence_state& state, const failure& why) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < state.origins.size(); ++i) {
    if (state.origins[i].withdrawable) {
      caf::anon_send(state.origins[i].from, withdrawn{why});
      continue;
    }
    if (kept != i) {
      state.origins[kept] = std::move(state.origins[i]);
      state.batch[kept] = std::move(state.batch[i]);
    }
    ++kept;
  }
  state.origins.resize(kept);
  state.batch.resize(kept);
}

// A planted bug: takes half of what has failed for done.
void drop_half(self_pointer self) {
  persistence_state& state = self->state;
  for (std::size_t kept = state.batch.size() / 2; state.batch.size() > kept;) {
    self->send(state.origins.back().from, committed{});
    state.origins.pop_back();
    state.batch.pop_back();
  }
}

void back_off(self_pointer self, const failure& why) {
  persistence_state& state = self->state;
  engine_core& core = *state.core;
  if (planted(bug::drop_half_batch))
    drop_half(self);
  if (state.has_store())
    core.log.write(log_level::warning,
                   "the store is unavailable: starts are refused until it is back",
                   {{"writer", state.label()}, {"cause", why.message}});
  state.store_down(why.message);
  withdraw(state, {errc::unavailable, "the store is not available: " + why.message});
  state.delay = std::clamp(state.delay * 2, core.settings.store_retry_min,
                           core.settings.store_retry_max);
  state.waiting = true;
  core.timing.arm(core.clock() + state.delay,
                  [me = persistence_actor{self}] { caf::anon_send(me, poke{}); });
}

void forget(self_pointer self) {
  for (const commit_request& item : self->state.origins)
    self->send(item.from, lost{});
  self->state.batch.clear();
  self->state.origins.clear();
}

// Nobody is left hanging who waits for an answer; what else comes is no longer stored.
void drop_all(persistence_state& state) {
  withdraw(state, {errc::unavailable, "the store is lost: this process is stopping"});
  state.batch.clear();
  state.origins.clear();
}

// The store is lost for good: nothing is acknowledged any more.
void give_up(self_pointer self, const failure& why) {
  self->state.store_down(why.message);
  self->state.batch.clear();
  self->state.origins.clear();
  self->state.core->fatal(why);
}

void failed(self_pointer self, const failure& why) {
  self->state.core->figures.batch_failed(self->state.number);
  switch (why.code) {
  case errc::unavailable: return back_off(self, why);
  case errc::unknown_outcome:
    if (planted(bug::retry_commit_blindly))
      return back_off(self, why);
    self->state.core->log.write(log_level::warning,
                                "a batch may or may not be stored: its sagas "
                                "are loaded again",
                                {{"cause", why.message}});
    return forget(self);
  case errc::fatal:
  case errc::fenced:
  case errc::corrupt:
  case errc::invalid_input:
  case errc::not_found:
  case errc::conflict:
  case errc::overloaded:
  case errc::stale:
  case errc::internal: return give_up(self, why);
  }
}

// -- rounds ---------------------------------------------------------------------------------------

void fill(persistence_state& state) {
  const std::size_t before = state.origins.size();
  const std::size_t room = state.core->settings.batch_max;
  state.queue().take(state.origins, room > before ? room - before : 0);
  for (std::size_t i = before; i < state.origins.size(); ++i)
    state.batch.push_back(std::move(state.origins[i].what));
}

void commit(self_pointer self) {
  persistence_state& state = self->state;
  const auto from = std::chrono::steady_clock::now();
  state.core->feed.commit_begins(state.number);
  auto done = state.storage->commit(state.batch, state.core->clock());
  state.core->feed.commit_ends(state.number, done ? std::move(done->events) : feed_batch{});
  if (!done)
    return failed(self, done.error());
  state.core->figures.batch_committed(state.number, state.batch.size(),
                                      std::chrono::steady_clock::now() - from);
  state.delay = milliseconds{0};
  if (!state.has_store()) {
    state.store_down({});
    state.core->log.write(log_level::info, "the store is back", {{"writer", state.label()}});
  }
  acknowledge(self, std::move(*done));
}

// Commits what has come in, once.
void commit_next(self_pointer self) {
  persistence_state& state = self->state;
  fill(state);
  if (state.core->failed)
    drop_all(state);
  else if (!state.batch.empty())
    commit(self);
  else if (!state.has_store())
    state.store_down({}); // nothing left to try it with: the next start will tell
}

void round(self_pointer self) {
  persistence_state& state = self->state;
  state.waiting = false;
  commit_next(self);
  state.core->figures.in_flight(state.core->gate.sagas(), state.core->gate.commits());
  if (!state.waiting && !state.queue().rest(persistence_actor{self}))
    wake_up(self);
}

// -- loading --------------------------------------------------------------------------------------

// A saga that waits for a person is loaded when the person has decided; what it had sent before is
// sent again then. A paused one is loaded for the answers that it still waits for.
bool has_work(const stored_saga& saga) {
  if (saga.header.status == saga_status::parked)
    return false;
  return saga.header.status != saga_status::paused
         || std::any_of(saga.steps.begin(), saga.steps.end(), [](const step_row& row) {
              return row.status == step_status::running || row.status == step_status::compensating;
            });
}

result<std::vector<stored_saga>> load_page(store& from, const next_page& what, std::size_t limit,
                                           page& told) {
  if (!what.settled.empty())
    if (const status settled = from.settle_recovery(what.settled); !settled)
      return settled.error();
  auto rows = from.unfinished({what.after, what.troubled, what.troubled ? 1 : limit});
  if (!rows)
    return rows.error();
  if (!rows->empty())
    told.last = rows->back().header.id;
  std::erase_if(*rows, [](const stored_saga& saga) { return !has_work(saga); });
  std::vector<saga_id> ids;
  for (const stored_saga& saga : *rows)
    ids.push_back(saga.header.id);
  if (!ids.empty())
    if (const status counted = from.count_recovery(ids); !counted)
      return counted.error();
  return rows;
}

// What is loaded must hold whatever its saga had given to be stored before.
found find_saga(self_pointer self, const find& what) {
  persistence_state& state = self->state;
  std::size_t rounds = 0;
  if (what.in_doubt)
    rounds = state.queue().size() / state.core->settings.batch_max + 1;
  for (; rounds > 0 && !state.waiting; --rounds)
    commit_next(self);
  if (state.waiting)
    return {what.id, failure{errc::unavailable, "the store is not available"}};
  return {what.id, state.storage->find(what.id)};
}

page load_page(persistence_state& state, const next_page& what) {
  page told{.troubled = what.troubled, .last = {}};
  told.sagas = load_page(*state.storage, what, state.core->settings.recovery_page, told);
  return told;
}

void save_definition(persistence_state& state, const save& what) {
  const status kept = state.storage->save_definition(
    {what.what->type, what.what->version, what.what->source, state.core->clock()});
  if (kept)
    state.core->definitions.add(what.what);
  what.answer->answer(kept);
}

// Between two commits; who asked tries again when it fails. A store that is lost tells the next
// commit, too.
template <class Order, class Work>
void between_commits(const persistence_state& state, const Order& what, Work work) {
  if (state.waiting)
    return what.answer->answer({errc::unavailable, "the store is not available"});
  what.answer->answer(work(*state.storage));
}

void remove(persistence_state& state, const prune& what) {
  between_commits(state, what, [&](store& from) {
    auto removed = from.remove(what.ids, what.ended_before);
    if (removed)
      state.core->figures.removed(*removed);
    return removed;
  });
}

} // namespace

persistence_actor::behavior_type
persistence(self_pointer self, engine_core* core, std::size_t number,
            const std::shared_ptr<std::unique_ptr<store>>& storage) {
  self->state.core = core;
  self->state.number = number;
  self->state.storage = std::move(*storage);
  // Whatever threw has left the store in a state that nobody knows.
  self->set_exception_handler([core, number](std::exception_ptr& what) {
    const failure why{errc::fatal, "the store threw: " + log_exception(core->log, what)};
    core->gate.store_down(number, why.message);
    core->fatal(why);
    return caf::make_error(caf::exit_reason::unhandled_exception);
  });
  return {
    [self](poke) { round(self); },
    [self](const find& what) { return find_saga(self, what); },
    [self](const next_page& what) { return load_page(self->state, what); },
    [self](const save& what) { save_definition(self->state, what); },
    [self](const prune& what) { remove(self->state, what); },
    [self](const keep& what) {
      between_commits(self->state, what, [&](store& to) { return to.keep(what.what); });
    },
    [self](const reseal& what) {
      between_commits(self->state, what, [&](store& of) { return of.reseal(what.sagas_max); });
    },
  };
}

} // namespace sagas::actors
