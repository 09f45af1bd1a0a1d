#include "actors/engine.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "actors/coordinator.hpp"
#include "actors/foreign.hpp"
#include "actors/opening.hpp"
#include "actors/persistence.hpp"
#include "actors/stand_ins/group.hpp"
#include "actors/system.hpp"

namespace sagas {

using namespace actors;

// The order matters: handles go before the actor system, which goes before what its actors use.
struct engine::parts {
  parts(engine_config settings, engine_parts given)
    : core(std::move(settings), given), storages(std::move(given.storages)), system(core.settings) {
  }

  std::shared_ptr<call_route> route_to(const std::string& kind, std::shared_ptr<participant> who,
                                       const participant_limits& limits) {
    return make_foreign_route(system.get(), core, replies, kind, std::move(who), limits,
                              !system.is_manual());
  }
  bool is_open() const { return coordinator_handle != nullptr; }

  engine_core core;
  store_list storages; ///< until it is opened
  std::shared_ptr<reply_gate> replies = std::make_shared<reply_gate>();
  engine_system system;
  std::vector<std::shared_ptr<stand_in_desk>> desks;
  std::vector<worker_actor> groups;
  std::vector<persistence_actor> writers;
  coordinator_actor coordinator_handle;
};

engine::engine(engine_config settings, engine_parts given)
  : parts_(std::make_unique<parts>(std::move(settings), std::move(given))) {}

engine::~engine() {
  parts& all = *parts_;
  all.replies->close();
  all.core.timing.close();
  all.core.commits.close();
  for (const auto& desk : all.desks)
    desk->calls.close();
  engine_system::kill(caf::actor_cast<caf::strong_actor_ptr>(all.coordinator_handle));
  for (const persistence_actor& writer : all.writers)
    engine_system::kill(caf::actor_cast<caf::strong_actor_ptr>(writer));
  for (const worker_actor& group : all.groups)
    engine_system::kill(caf::actor_cast<caf::strong_actor_ptr>(group));
  all.coordinator_handle = nullptr;
  all.writers.clear();
  all.groups.clear();
  all.core.participants.clear();
  all.core.directory.close();
  while (all.system.runnable() > 0)
    all.system.run_one(0);
}

void engine::add_participant(const std::string& service, const std::string& kind,
                             std::shared_ptr<participant> who, const participant_limits& limits) {
  parts_->core.participants.add(service, parts_->route_to(kind, std::move(who), limits));
}

void engine::set_participant(const std::string& service, const std::string& kind,
                             std::shared_ptr<participant> who, const participant_limits& limits) {
  parts_->core.participants.set(service,
                                who ? parts_->route_to(kind, std::move(who), limits) : nullptr);
}

void engine::add_stand_ins(stand_in_group group) {
  const std::size_t calls_max = std::size_t{4} * parts_->core.settings.sagas_max;
  const auto desk = std::make_shared<stand_in_desk>(parts_->core, calls_max);
  for (std::size_t i = 0; i < group.services.size(); ++i)
    parts_->core.participants.add(group.services[i], make_stand_in_route(desk, i));
  const bool blocking = group.blocking;
  const auto moved = std::make_shared<stand_in_group>(std::move(group));
  engine_core* core = &parts_->core;
  worker_actor made;
  if (blocking)
    made = parts_->system.spawn_blocking(stand_ins, core, desk, moved);
  else
    made = parts_->system.get().spawn<caf::lazy_init>(stand_ins, core, desk, moved);
  desk->calls.rest(made);
  parts_->desks.push_back(desk);
  parts_->groups.push_back(made);
}

status engine::open() {
  parts& all = *parts_;
  SAGAS_ASSERT(!all.is_open() && !all.storages.empty());
  if (const status fine = check(all.core.settings); !fine)
    return fine.error();
  store& first = *all.storages.front();
  if (const status known = exchange_definitions(first, all.core); !known)
    return known.error();
  all.core.epoch = first.epoch();
  const bool manual = all.system.is_manual();
  const std::uint64_t seed = manual ? all.core.epoch.load() : std::random_device{}();
  for (std::unique_ptr<store>& storage : std::exchange(all.storages, {})) {
    SAGAS_ASSERT(storage->epoch() == all.core.epoch);
    const std::size_t number = all.writers.size();
    all.writers.push_back(
      all.system.spawn_blocking(persistence, &all.core, number,
                                std::make_shared<std::unique_ptr<store>>(std::move(storage))));
    all.core.commits[number].rest(all.writers.back());
  }
  all.coordinator_handle = all.system.get().spawn<caf::lazy_init>(coordinator, &all.core,
                                                                  all.writers, seed);
  all.core.directory.open(all.coordinator_handle);
  if (!manual)
    all.core.timing.run(all.core.settings.tick);
  caf::anon_send(all.coordinator_handle, recover{});
  return nothing{};
}

bool engine::drain(milliseconds limit) {
  parts_->core.gate.drain();
  if (parts_->system.is_manual())
    run_all();
  return !parts_->core.failed && parts_->core.gate.wait_settled(limit);
}

// -- orchestrator ---------------------------------------------------------------------------------

void engine::start(start_request what, started_callback on_started, ended_callback on_ended) {
  SAGAS_ASSERT(what.plan && on_started);
  if (const auto why = parts_->core.gate.admit()) {
    parts_->core.figures.start_refused();
    return on_started(*why);
  }
  caf::anon_send(parts_->coordinator_handle,
                 launch{std::move(what), std::make_shared<owed<started>>(std::move(on_started)),
                        std::move(on_ended)});
}

void engine::command(const saga_id& id, saga_command what, command_callback done) {
  auto answer = std::make_shared<owed<saga_status>>(std::move(done));
  if (!parts_->is_open() || parts_->core.gate.is_draining())
    return answer->answer({errc::unavailable, "this node is not running"});
  caf::anon_send(parts_->coordinator_handle, route{id, {std::move(what), std::move(answer)}});
}

void engine::register_definition(definition_ptr what, std::function<void(status)> done) {
  auto answer = std::make_shared<owed<nothing>>(std::move(done));
  if (!parts_->is_open())
    return answer->answer({errc::unavailable, "this node is not running"});
  caf::anon_send(parts_->writers.front(), save{std::move(what), std::move(answer)});
}

void engine::remove(std::vector<saga_id> ids, timestamp ended_before, removed_callback done) {
  auto answer = std::make_shared<owed<std::size_t>>(std::move(done));
  if (!parts_->is_open() || parts_->core.gate.is_draining())
    return answer->answer({errc::unavailable, "this node is not running"});
  const timestamp latest = parts_->core.clock() - kept_at_least;
  caf::anon_send(parts_->writers.front(),
                 prune{std::move(ids), std::min(ended_before, latest), std::move(answer)});
}

void engine::keep(std::vector<kept_change> what, std::function<void(status)> done) {
  auto answer = std::make_shared<owed<nothing>>(std::move(done));
  if (!parts_->is_open())
    return answer->answer({errc::unavailable, "this node is not running"});
  caf::anon_send(parts_->writers.front(), actors::keep{std::move(what), std::move(answer)});
}

void engine::reseal(std::size_t sagas_max, resealed_callback done) {
  auto answer = std::make_shared<owed<reseal_report>>(std::move(done));
  if (!parts_->is_open() || parts_->core.gate.is_draining())
    return answer->answer({errc::unavailable, "this node is not running"});
  caf::anon_send(parts_->writers.front(), actors::reseal{sagas_max, std::move(answer)});
}

std::vector<participant_info> engine::participants() const {
  return parts_->core.participants.list();
}

node_info engine::node() const {
  const engine_core& core = parts_->core;
  const auto why_not = core.gate.refusal();
  return {.name = core.settings.node,
          .epoch = core.epoch,
          .active_sagas = core.gate.sagas(),
          .queued_commits = core.gate.commits(),
          .accepting = !why_not,
          .why_not = why_not ? why_not->message : std::string{}};
}

// -- manual ---------------------------------------------------------------------------------------

std::size_t engine::runnable() const { return parts_->system.runnable(); }

void engine::run_one(std::size_t which) { parts_->system.run_one(which); }

std::size_t engine::run_all() {
  std::size_t handled = 0;
  do {
    for (; runnable() > 0; ++handled)
      run_one();
    fire_timers();
  } while (runnable() > 0);
  return handled;
}

std::optional<timestamp> engine::fire_timers() { return parts_->core.timing.fire(); }

} // namespace sagas
