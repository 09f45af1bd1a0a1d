// What all actors of one engine share: the ports that it was given, and its own services. Outlives
// every actor; each part is thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "actors/admission.hpp"
#include "actors/directory.hpp"
#include "actors/engine.hpp"
#include "actors/feed_order.hpp"
#include "actors/participants.hpp"
#include "actors/timers.hpp"
#include "actors/writers.hpp"

namespace sagas::actors {

struct engine_core {
  engine_core(engine_config config, engine_parts& parts)
    : settings(std::move(config)), definitions(parts.definitions),
      feed(parts.feed, parts.storages.size(), settings.events_held_max), figures(parts.figures),
      log(parts.log), clock(parts.clock), on_fatal(parts.on_fatal),
      gate(settings.sagas_max, settings.commits_max, parts.storages.size()), timing(parts.clock),
      // Each saga has one transition at most, but those that recovery loads are not refused.
      commits(parts.storages.size(), std::size_t{2} * settings.sagas_max + settings.recovery_page) {
  }

  /// The store is lost, by whatever writer: logs it and tells the owner, once.
  void fatal(const failure& why) {
    if (failed.exchange(true))
      return;
    log.write(log_level::error, "the store is lost: the process has to stop",
              {{"cause", to_text(why.code)}, {"error", why.message}});
    on_fatal(why);
  }

  const engine_config settings;
  definition_registry& definitions;
  ordered_feed feed;
  telemetry& figures;
  logger& log;
  const std::function<timestamp()> clock;
  const std::function<void(const failure&)> on_fatal;
  std::atomic<bool> failed{false};
  std::atomic<std::uint64_t> epoch{0}; ///< set once, before any saga runs

  admission gate;
  timers timing;
  writer_queues commits; ///< by writer
  participant_directory participants;
  saga_directory directory;
};

} // namespace sagas::actors
