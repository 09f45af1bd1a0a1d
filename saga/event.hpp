// What can happen to a saga. Past tense, each with the time it happened: the machine reads no
// clock.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "saga/document.hpp"
#include "saga/status.hpp"
#include "saga/time.hpp"

namespace sagas {

/// What a participant said, or that it said nothing.
struct outcome {
  outcome_kind kind = outcome_kind::unknown;
  document output;                 ///< of done
  std::string code;                ///< short machine-readable cause of a failure ("timeout", ...)
  std::string reason;              ///< for people: motivo
  std::optional<timestamp> ask_at; ///< of still_running: when to ask again
};

/// Who asked for something, and why; stored in the saga's history.
struct authorship {
  std::string by;
  std::string reason;
};

/// The saga was asked for; always the first event.
struct saga_started {
  timestamp at;
};
/// What another saga did in a step, or may have done.
struct done_step {
  std::size_t step = 0;
  bool done = true; ///< else an attempt ended without an answer, and the saga went on without it
  timestamp started{};
  document input;
  document output; ///< of done
};
/// The saga was asked for, to undo another one that had ended well; in place of saga_started.
struct undo_begun {
  timestamp at;
  std::vector<done_step> done; ///< by the other saga, in its order
  authorship who;
};
/// The saga was asked for by one that has turned back since: it ends before it begins, so that its
/// key is taken. In place of saga_started.
struct saga_annulled {
  timestamp at;
};
/// An answer for one attempt of one operation of a step (or its absence: unknown).
struct outcome_arrived {
  timestamp at;
  std::size_t step = 0;
  operation op = operation::action;
  std::uint32_t attempt = 0;
  outcome what;
};
/// A participant tells by itself what came of one operation of a step, whatever the attempt.
struct result_reported {
  timestamp at;
  std::size_t step = 0;
  operation op = operation::action;
  outcome what;
};
/// It is `at` now: whatever was due by then is due (time-outs, retries, the saga's deadline).
struct time_passed {
  timestamp at;
};
struct cancel_requested {
  timestamp at;
  authorship who;
};
struct pause_requested {
  timestamp at;
  authorship who;
};
struct resume_requested {
  timestamp at;
  authorship who;
};
/// An operator decided about a step that the saga is parked at.
struct operator_decided {
  timestamp at;
  std::size_t step = 0;
  decision what = decision::retry;
  document output; ///< of decision::complete
  authorship who;
  document input = {}; ///< of decision::retry: instead of what the template gives; may be empty
};
/// A signal has come, early or in time, for the step that waits for it.
struct signal_received {
  timestamp at;
  std::string signal;
  document content;
  authorship who;
};
/// There are news of what a step said was still running: it may be asked again now.
struct news_came {
  timestamp at;
  std::size_t step = 0;
};
/// Loading this saga ended the process too often: it is parked so that the others can live.
struct recovery_abandoned {
  timestamp at;
};

using event =
  std::variant<saga_started, undo_begun, saga_annulled, outcome_arrived, result_reported,
               time_passed, cancel_requested, pause_requested, resume_requested, operator_decided,
               signal_received, news_came, recovery_abandoned>;

} // namespace sagas
