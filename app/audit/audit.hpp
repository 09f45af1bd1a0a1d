// The independent checker: whether a run kept its promises, by its witnesses alone.
//
// D is the database, P the participants' ledger, C the clients' log. They are read with plain SQL,
// read-only, after a run or beside it; no code of the machine, the stores or the engine takes part,
// but for the cipher, where payloads are encrypted.
// Each violation names its invariant (docs/audit.md). A run that reached too little proves
// nothing: see `reached`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "persistence/payload_keys.hpp"
#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::audit {

struct witnesses {
  std::string database;     ///< the store's file
  std::string ledger = {};  ///< the participants'; empty: none, and what needs it is not checked
  std::string clients = {}; ///< client_log.hpp; empty: none. Only of clients that have stopped
  bool ended = false;       ///< the run is over: every saga must have ended, be parked or paused
  /// When `database` is a copy: a time before its moment. None: it is read as it is now.
  std::optional<timestamp> taken = {};
  payload_keys_ptr keys = {}; ///< that payloads are encrypted with; none: they are not
};

struct violation {
  std::string invariant;
  std::string saga; ///< empty: of the run as a whole
  std::string text;
};

/// How far the run went: what a verdict rests on.
struct reached {
  std::uint64_t sagas = 0;
  std::map<std::string, std::uint64_t> by_state;
  std::uint64_t attempts = 0;
  std::uint64_t retries = 0;        ///< attempts after the first of their step and operation
  std::uint64_t unknown = 0;        ///< attempts without an answer
  std::uint64_t undone = 0;         ///< steps undone by their participants
  std::uint64_t undo_checked = 0;   ///< of these, verified: the participant has the effect no more
  std::uint64_t undone_by_hand = 0; ///< steps that an operator has decided about instead
  std::uint64_t done_checked = 0;   ///< steps of COMPLETADA whose effect the participant has
  std::uint64_t parked = 0;         ///< sagas that waited for an operator
  std::uint64_t decisions = 0;      ///< of operators
  std::uint64_t cancels = 0;        ///< asked for
  std::uint64_t empty_undos = 0;    ///< undos of what had never come
  std::uint64_t duplicates = 0;     ///< calls that participants had answered before
  std::uint64_t hanging = 0;        ///< actions that came after their undo
  std::uint64_t lost_replies = 0;
  std::uint64_t epochs = 0;       ///< lives of the server that called participants
  std::uint64_t resumed = 0;      ///< sagas that were served in more than one of them
  std::uint64_t acknowledged = 0; ///< keys whose start was acknowledged
  std::uint64_t unanswered = 0;   ///< keys with a start that had no answer
  std::uint64_t removed = 0;      ///< sagas that had ended long ago
  std::uint64_t moving = 0; ///< sagas that a live server worked on: not held against the ledger
  std::uint64_t feed_events = 0; ///< changes of sagas that the feed tells
};

struct report {
  std::vector<violation> violations; ///< the first 1,000
  std::uint64_t violations_total = 0;
  std::map<std::string, std::uint64_t> by_invariant; ///< violations; every checked one, zeros too
  reached counts;
};

/// Checks everything. errc::not_found or errc::corrupt when a witness cannot be read, also because
/// a payload is encrypted with a key that is not among `keys`.
result<report> audit(const witnesses& who);

/// For people; `violations_max` of the violations are named.
std::string as_text(const report& of, std::size_t violations_max = 20);
std::string as_json(const report& of);

} // namespace sagas::audit
