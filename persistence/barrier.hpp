// The barrier for participants of one's own: a row a step of a saga, in the participant's own
// database, written in the same transaction as the effect.
//
//   soci::transaction whole{session};               // on SQLite: session << "BEGIN IMMEDIATE"
//   const auto pass = enter_barrier(session, call); // first of all: it takes the row's lock
//   if (pass && pass->what == verdict::act) { book(session); keep_answer(session, call, output); }
//   ... answer as pass->what says, and commit before the answer leaves
//
// Two duplicates at once: the second waits for the row until the first has committed, and is told
// what it answered. SQLite and MySQL or MariaDB, through SOCI; examples/barrier/ has the same as
// SQL to copy.
#pragma once

#include <cstdint>
#include <string>

#include "saga/barrier.hpp"
#include "saga/result.hpp"

namespace soci {
class session;
}

namespace sagas {

/// Of a call's headers.
struct barrier_call {
  std::string saga; ///< Saga-Id
  std::string step; ///< Saga-Paso
  operation op = operation::action;
  std::uint64_t epoch = 0; ///< Saga-Epoca
};

struct barrier_pass {
  verdict what = verdict::act;
  /// What the action answered, or the reason of its refusal; empty when it has not come.
  std::string output;
};

/// Creates the table `barrera` when there is none. At the start, outside of transactions: MySQL
/// commits by it. errc::invalid_input on a database of another kind.
status create_barrier(soci::session& in);

/// Says what to do with a call, and remembers an undo. In the caller's open transaction, ahead of
/// everything else there; what it says holds if that is committed. After an error: roll back, and
/// answer 503, so that the call comes again.
result<barrier_pass> enter_barrier(soci::session& in, const barrier_call& what);

/// Remembers what an action answers that enter_barrier let act; in the same transaction.
status keep_answer(soci::session& in, const barrier_call& what, const std::string& output);
/// The same for one that is refused for good, without an effect.
status keep_refusal(soci::session& in, const barrier_call& what, const std::string& reason);

} // namespace sagas
