// The port through which sagas are started and steered. Implemented in actors/, used by http/ and
// by the harness in app/.
//
// Thread-safe and never blocking: answers come by callback, on a thread of the engine; a callback
// must return at once, must not throw, and must not call back into the orchestrator synchronously.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "saga/event.hpp"
#include "saga/ids.hpp"
#include "saga/kept.hpp"
#include "saga/reseal.hpp"
#include "saga/result.hpp"
#include "saga/rows.hpp"

namespace sagas {

/// A saga that had ended well, which the new one is to undo (undo.hpp).
struct undo_order {
  saga_id of;
  std::vector<done_step> done;
  authorship who;
};

struct start_request {
  definition_ptr plan;          ///< never null
  document input = {};          ///< entrada, validated and with its defaults (prepare_input)
  document metadata = {};       ///< metadatos; may be empty
  std::string campaign_id = {}; ///< may be empty
  std::string user_id = {};     ///< may be empty
  std::optional<idempotency> once = {};
  std::optional<undo_order> undoes = {};
  std::optional<saga_origin> origin = {}; ///< of a child; an undo has its own
  bool annulled = false;                  ///< it is to end before it begins
};

/// A start that is durable. `fresh` is false when an earlier start with the same key answered.
struct started {
  saga_id id;
  saga_status status = saga_status::running;
  bool fresh = true;
};

struct saga_command {
  enum class kind : std::uint8_t { cancel, pause, resume, decide, signal, report, news };
  kind what = kind::cancel;
  std::string step; ///< of decide, report, news: its name; of signal: the signal's
  decision decided = decision::retry; ///< of decide
  document output;                    ///< of decide complete; of signal: what it says
  authorship who;
  document input = {};              ///< of decide retry: an edited input; may be empty
  operation op = operation::action; ///< of report
  outcome said = {};                ///< of report
};

/// Who serves a microservicio and how it fares.
struct participant_info {
  std::string service;
  std::string kind; ///< "actor", "node", "http"
  bool healthy = true;
  std::uint64_t calls = 0;
  std::uint64_t failures = 0; ///< technical and unknown
  std::uint64_t in_flight = 0;
};

/// This process as a node.
struct node_info {
  std::string name;
  std::uint64_t epoch = 0;
  std::uint64_t active_sagas = 0;
  std::uint64_t queued_commits = 0;
  bool accepting = true; ///< false while draining, overloaded or without a store
  std::string why_not;   ///< for people, when not accepting
};

class orchestrator {
public:
  virtual ~orchestrator() = default;

  using started_callback = std::function<void(result<started>)>;
  using ended_callback = std::function<void(saga_status)>;

  /// Starts a saga. `on_started` is called exactly once: when it is durable, or with an error:
  /// invalid_input (the key was used with another body), overloaded or unavailable (nothing was
  /// started), unknown_outcome. `on_ended`, when given, is called at most once, after
  /// on_started, when the saga has ended; not when this process stops first. It may come after an
  /// on_started that said unknown_outcome: the saga was stored after all.
  virtual void start(start_request what, started_callback on_started,
                     ended_callback on_ended = {}) = 0;

  /// Steers a saga. The callback comes once: the status after the durable transition, or
  /// not_found, conflict, unavailable.
  using command_callback = std::function<void(result<saga_status>)>;
  virtual void command(const saga_id& id, saga_command what, command_callback done) = 0;

  /// Registers a definition durably and makes it the newest of its type.
  virtual void register_definition(definition_ptr what, std::function<void(status)> done) = 0;

  /// Removes ended sagas for good, as store::remove does; none that ended less than kept_at_least
  /// ago. The callback comes once: how many, or unavailable, unknown_outcome (repeat it).
  using removed_callback = std::function<void(result<std::size_t>)>;
  virtual void remove(std::vector<saga_id> ids, timestamp ended_before, removed_callback done) = 0;

  /// Changes what operators have set up, as store::keep does. The callback comes once:
  /// unavailable, unknown_outcome (repeat it), invalid_input.
  virtual void keep(std::vector<kept_change> what, std::function<void(status)> done) = 0;

  /// Encrypts the payloads of the next sagas anew, as store::reseal does. The callback comes once;
  /// unavailable, unknown_outcome: repeat it.
  using resealed_callback = std::function<void(result<reseal_report>)>;
  virtual void reseal(std::size_t sagas_max, resealed_callback done) = 0;

  virtual std::vector<participant_info> participants() const = 0;
  virtual node_info node() const = 0;
};

} // namespace sagas
