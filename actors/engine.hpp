// The saga engine: everything that runs, behind the orchestrator's port.
//
// Order of life: construct, add the participants, open(); drain() and destroy. The parts that it
// borrows must outlive it. Destroying it stops at once, as a crash would, and loses nothing that
// was acknowledged: what is unfinished goes on at the next open().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/stand_ins/injection.hpp"
#include "saga/feed.hpp"
#include "saga/ledger.hpp"
#include "saga/log.hpp"
#include "saga/orchestrator.hpp"
#include "saga/participant.hpp"
#include "saga/registry.hpp"
#include "saga/store.hpp"
#include "saga/telemetry.hpp"

namespace sagas {

/// How the engine's actors get their threads.
enum class scheduling : std::uint8_t {
  sharing,  ///< one queue of work for all threads: wakes at once, right for few cores
  stealing, ///< a queue each, for many cores; a thread that has been idle wakes within 10 ms
  manual,   ///< no thread at all: actors run inside run_one(); for tests and simulations
};

/// Every bound and pace of the engine. Values out of range are an error of open().
struct engine_config {
  std::string node = "nodo-1";
  std::uint32_t threads = 0; ///< that run sagas; 0: one a core. Each writer has one of its own
  scheduling policy = scheduling::sharing;
  std::uint32_t sagas_max = 100'000;      ///< in memory at once; above it starts are refused
  std::uint32_t resident = 10'000;        ///< that stay in memory however long an answer takes
  std::uint32_t commits_max = 20'000;     ///< waiting transitions; above it starts are refused
  std::uint32_t batch_max = 1'000;        ///< transitions in one transaction
  std::uint32_t waiting_max = 256;        ///< events that one saga lets wait for its running commit
  std::uint32_t recovery_page = 256;      ///< unfinished sagas loaded at once
  std::uint32_t events_held_max = 65'536; ///< that wait for an earlier commit to be told first
  milliseconds rest_after{5'000};         ///< a wait for which a saga leaves memory (docs/adr/0012)
  milliseconds tick{10};                  ///< how exact timers are
  milliseconds store_retry_min{50};    ///< while the store is unavailable: first delay, doubled ...
  milliseconds store_retry_max{2'000}; ///< ... up to this
  milliseconds reload_min{100};        ///< before a saga whose actor died is loaded again, ...
  milliseconds reload_max{10'000};     ///< ... doubled with each death up to this
};

/// What the engine needs from others. Referred-to parts must outlive it and be thread-safe.
struct engine_parts {
  /// One for each writer, at least one, of one epoch and on the same data. Each gets a thread.
  store_list storages;
  definition_registry& definitions;
  feed_sink& feed;
  telemetry& figures;
  logger& log;
  /// What time it is; must not run backwards by itself. Called on every thread.
  std::function<timestamp()> clock;
  /// The store is lost for this process: stop it, exit non-zero. Called at most once, on a thread
  /// of the engine; must return at once.
  std::function<void(const failure&)> on_fatal;
};

/// Participants in this process that keep one memory together, behind one actor.
struct stand_in_group {
  std::vector<std::string> services;
  std::unique_ptr<participant_ledger> ledger;
  /// The ledger waits for a disk: the actor gets a thread of its own.
  bool blocking = false;
  injection_rules rules = {};
};

/// How a foreign participant is called.
struct participant_limits {
  /// Threads that may block in invoke() at once. 0: it never blocks, and is called on the thread
  /// of whoever sends; it bounds its calls itself.
  std::uint32_t workers = 16;
  std::uint32_t queued_max = 20'000; ///< calls that wait for one; above it a call fails at once
};

class engine final : public orchestrator {
public:
  engine(engine_config settings, engine_parts parts);
  /// Stops at once. Waits for calls that block in a participant's invoke().
  ~engine() override;

  /// Who serves a microservicio. At any time; the newest of a service wins. `kind` as in
  /// participant_info. `who` may block in invoke(); it is called on threads of its own.
  void add_participant(const std::string& service, const std::string& kind,
                       std::shared_ptr<participant> who, const participant_limits& limits = {});
  /// The same, going before all that was added, until it is taken back by a null `who`.
  void set_participant(const std::string& service, const std::string& kind,
                       std::shared_ptr<participant> who, const participant_limits& limits = {});
  void add_stand_ins(stand_in_group group);

  /// Reads the stored definitions, keeps those of the registry that are not stored yet, and begins
  /// to load the unfinished sagas. Returns before they are loaded; starts are refused until then
  /// (node().accepting). Errors: invalid_input (settings), conflict (a definition is stored under
  /// the same version with another text), or the store's.
  status open();

  /// Refuses new starts, lets what is being written be stored, and stops deciding. True when
  /// nothing was left waiting at the end of `limit`. Afterwards only destroy it.
  bool drain(milliseconds limit);

  // -- orchestrator
  // ---------------------------------------------------------------------------------

  /// A refusal may come at once, on the caller's thread; everything else on the engine's.
  void start(start_request what, started_callback on_started,
             ended_callback on_ended = {}) override;
  void command(const saga_id& id, saga_command what, command_callback done) override;
  void register_definition(definition_ptr what, std::function<void(status)> done) override;
  void remove(std::vector<saga_id> ids, timestamp ended_before, removed_callback done) override;
  void keep(std::vector<kept_change> what, std::function<void(status)> done) override;
  void reseal(std::size_t sagas_max, resealed_callback done) override;
  std::vector<participant_info> participants() const override;
  node_info node() const override;

  // -- scheduling::manual only
  // ----------------------------------------------------------------------

  /// How many actors have something to do.
  std::size_t runnable() const;
  /// Lets one of them, by its place in the queue, handle one message.
  void run_one(std::size_t which = 0);
  /// Runs until nothing is left to do at the clock's present time. Returns the messages handled.
  std::size_t run_all();
  /// Lets the timers fire that are due by the clock; the earliest one that is not, if any.
  std::optional<timestamp> fire_timers();

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace sagas
