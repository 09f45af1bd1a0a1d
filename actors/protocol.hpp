// Every message that actors send each other, and who takes which.
//
// All of it stays in this process. Nobody waits for a reply: what a request leads to comes back as
// a message of its own, so that no actor needs a time-out for another.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/owed.hpp"
#include "saga/event.hpp"
#include "saga/orchestrator.hpp"
#include "saga/store.hpp"

namespace sagas::actors {

/// There is something in the work queue of the actor that gets it.
struct poke {};

// -- to a saga actor ------------------------------------------------------------------------------

/// Its transition is durable.
struct committed {};
/// A participant said something about one attempt.
struct answered {
  std::size_t step = 0;
  operation op = operation::action;
  std::uint32_t attempt = 0;
  outcome what;
};
/// Its timer has fired.
struct wake {};
/// The first message of a saga that is new.
struct begin {
  start_request what;
  owed_ptr<started> answer;
};
/// A call whose answer a saga awaits, and when it was last sent.
struct awaited_call {
  std::size_t step = 0;
  operation op = operation::action;
  timestamp sent_at{};
};
/// The first message of a saga that was stored.
struct resume {
  stored_saga rows;
  bool abandoned = false; ///< loading it has ended the process too often: only park it
  /// It had left while it awaited these; they are not sent again.
  std::vector<awaited_call> awaited;
};
/// Somebody wants to steer it.
struct steer {
  saga_command what;
  owed_ptr<saga_status> answer;
};
/// The store did not take its transition, for a reason of its own.
struct refused {
  commit_ack why;
};
/// Its transition was given back before it was written: there is no store at the moment.
struct withdrawn {
  failure why;
};
/// Its transition may or may not be stored: it has to be loaded again.
struct lost {};
/// The coordinator forgets it, if it still has nothing to do.
struct retire {};

using saga_actor = caf::typed_actor<
  caf::reacts_to<committed>, caf::reacts_to<answered>, caf::reacts_to<wake>, caf::reacts_to<begin>,
  caf::reacts_to<resume>, caf::reacts_to<steer>, caf::reacts_to<refused>, caf::reacts_to<withdrawn>,
  caf::reacts_to<lost>, caf::reacts_to<retire>>;

// -- from the store -------------------------------------------------------------------------------

/// A page of unfinished sagas, each counted as being recovered.
struct page {
  bool troubled = false;
  std::optional<saga_id> last;                                         ///< none: there are no more
  result<std::vector<stored_saga>> sagas = std::vector<stored_saga>{}; ///< those that have work
};
/// One saga, or nothing when there is none.
struct found {
  saga_id id;
  result<std::optional<stored_saga>> what = std::optional<stored_saga>{};
};

// -- to the coordinator ---------------------------------------------------------------------------

/// A start that was admitted.
struct launch {
  start_request what;
  owed_ptr<started> answer;
  orchestrator::ended_callback on_ended;
};
/// A command for a saga that may be in memory or not.
struct route {
  saga_id id;
  steer what;
};
/// A saga has reached its end, or (no status) is none of ours any more.
struct ended {
  saga_id id;
  std::optional<saga_status> how;
};
/// A saga's actor has died before its end.
struct died {
  saga_id id;
  caf::actor_id who = 0;
  std::string why;
};
/// A start's idempotency key belongs to `existing`.
struct duplicated {
  saga_id id;
  saga_id existing;
};
/// A saga that was loaded has taken up its work.
struct taken_off {
  saga_id id;
};
/// A saga, steered so many times, has nothing to do: it need not be in memory, and may be retired.
struct rests {
  saga_id id;
  std::uint32_t steered = 0;
};
/// A saga that was retired is gone, until it is time to load it again, if ever, or an answer comes.
struct left {
  saga_id id;
  std::optional<timestamp> until;
  std::vector<awaited_call> awaited;
};
/// A saga that was retired has got something to do, and stays.
struct stays {
  saga_id id;
};
/// A participant has answered to a saga that is not in memory.
struct astray {
  saga_id id;
  answered what;
};
/// It is time to load a saga.
struct load {
  saga_id id;
};
/// It is time to look for unfinished sagas.
struct recover {};

using coordinator_actor = caf::typed_actor<
  caf::reacts_to<launch>, caf::reacts_to<ended>, caf::reacts_to<route>, caf::reacts_to<died>,
  caf::reacts_to<duplicated>, caf::reacts_to<taken_off>, caf::reacts_to<rests>,
  caf::reacts_to<left>, caf::reacts_to<stays>, caf::reacts_to<astray>, caf::reacts_to<load>,
  caf::reacts_to<recover>, caf::reacts_to<page>, caf::reacts_to<found>>;

// -- to the persistence actor ---------------------------------------------------------------------

/// Load one saga.
struct find {
  saga_id id;
  bool in_doubt = false; ///< its actor has died: what that had given to be stored is stored first
};
/// Load the page behind `after`, once the recovery of `settled` is noted as good.
struct next_page {
  bool troubled = false;
  std::optional<saga_id> after;
  std::vector<saga_id> settled;
};
/// Keep a definition for ever, and make it known.
struct save {
  definition_ptr what;
  owed_ptr<nothing> answer;
};

/// Remove ended sagas, whoever's writer they are of: nothing is written of them any more.
struct prune {
  std::vector<saga_id> ids;
  timestamp ended_before{};
  owed_ptr<std::size_t> answer;
};

/// Change what operators have set up.
struct keep {
  std::vector<kept_change> what;
  owed_ptr<nothing> answer;
};

/// Encrypt the payloads of the next sagas anew, whoever's writer they are of: what was stored in
/// the meantime stays.
struct reseal {
  std::size_t sagas_max = 0;
  owed_ptr<reseal_report> answer;
};

using persistence_actor = caf::typed_actor<
  caf::reacts_to<poke>, caf::replies_to<find>::with<found>, caf::replies_to<next_page>::with<page>,
  caf::reacts_to<save>, caf::reacts_to<prune>, caf::reacts_to<keep>, caf::reacts_to<reseal>>;

/// Whoever works off a work queue.
using worker_actor = caf::typed_actor<caf::reacts_to<poke>>;

} // namespace sagas::actors

// No message leaves the process, so none is ever serialised.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::poke)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::begin)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::resume)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::steer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::withdrawn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::retire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::launch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::route)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::died)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::duplicated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::taken_off)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::rests)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::stays)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::astray)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::load)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::recover)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::find)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::next_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::save)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::prune)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::keep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagas::actors::reseal)
