// What all actors of one engine share: the ports that it was given, and its own services. Outlives
// every actor; each part is thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "actors/admission.hpp"
#include "actors/directory.hpp"
#include "actors/engine.hpp"
#include "actors/participants.hpp"
#include "actors/timers.hpp"
#include "actors/work_queue.hpp"

namespace sagas::actors {

/// A transition on its way to the store.
struct commit_request {
  changes what;
  saga_actor from;
  /// Somebody waits for it and nothing is lost without it: given back while there is no store.
  bool withdrawable = false;
};

struct engine_core {
  engine_core(engine_config config, engine_parts& parts)
    : settings(std::move(config)), definitions(parts.definitions), feed(parts.feed),
      figures(parts.figures), log(parts.log), clock(parts.clock), on_fatal(parts.on_fatal),
      gate(settings.sagas_max, settings.commits_max), timing(parts.clock),
      // Each saga has one transition at most, but those that recovery loads are not refused.
      commits(std::size_t{2} * settings.sagas_max + settings.recovery_page) {}

  /// The store is lost: tells the owner, once.
  void fatal(const failure& why) {
    if (!failed.exchange(true))
      on_fatal(why);
  }

  const engine_config settings;
  definition_registry& definitions;
  feed_sink& feed;
  telemetry& figures;
  logger& log;
  const std::function<timestamp()> clock;
  const std::function<void(const failure&)> on_fatal;
  std::atomic<bool> failed{false};
  std::atomic<std::uint64_t> epoch{0}; ///< set once, before any saga runs

  admission gate;
  timers timing;
  work_queue<commit_request> commits;
  participant_directory participants;
  saga_directory directory;
};

} // namespace sagas::actors
