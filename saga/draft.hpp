// A transition while it is being decided: the state as it will be, with the rows and calls that
// come of it. Every change of a state goes through here, so that state and rows cannot differ.
//
// Internal to saga/.
#pragma once

#include <string>

#include "saga/machine.hpp"

namespace sagas {

class draft {
public:
  draft(const definition_ptr& plan, const saga_state& before);

  const definition& plan() const { return *plan_; }
  const saga_state& state() const { return next_; }
  saga_header& header() { return next_.header; }
  const attempt_state& attempt(std::size_t step, operation op) const;

  /// Sends a new attempt; `fresh_round` starts the policy's counting again. A step that waits
  /// begins to, or is done when its signal has come already.
  void send(std::size_t step, operation op, timestamp at, bool fresh_round = false);
  /// What the operation is sent with from now on; the template's own is no edit.
  void edit(std::size_t step, operation op, document input);
  /// Asks again after a still_running: the same attempt, once more.
  void ask_again(std::size_t step, operation op, timestamp at);

  /// Done: by the participant, or by hand; by hand its row keeps what the participant had said.
  void complete(std::size_t step, operation op, timestamp at, document output,
                bool by_hand = false);
  /// Takes over what another saga did, or may have done.
  void adopt(const done_step& what);
  /// Keeps the signal of a step whose turn has not come.
  void keep_signal(std::size_t step, timestamp at, document content);
  /// Ends a wait, and forgets an early signal: the saga has turned back.
  void stop_waiting(std::size_t step, timestamp at);
  void still_running(std::size_t step, operation op, timestamp ask_at);
  /// Ends the attempt in flight without success; a `due` means that it will be tried again.
  void fail(std::size_t step, operation op, timestamp at, const outcome& why,
            std::optional<timestamp> due);
  /// The step is gone on without: `why` is empty or replaces the row's message.
  void skip(std::size_t step, operation op, timestamp at, const std::string& why = {});
  /// Forgets a stored retry of an action: the saga has turned back.
  void drop_retry(std::size_t step);

  void note(timestamp at, const char* kind, std::size_t step, const authorship& who = {});
  void note(timestamp at, const char* kind, const authorship& who = {});
  void end(saga_status how, timestamp at);

  /// Whether anything has changed so far.
  bool changed() const;
  transition finish() &&;

private:
  /// A new attempt with a row of its own.
  step_row& open(std::size_t step, operation op, timestamp at, bool fresh_round);
  attempt_state& attempt_of(std::size_t step, operation op);
  /// The update of the newest row of an operation, filled from the state.
  step_row& touch(std::size_t step, operation op);

  definition_ptr plan_;
  const saga_state& before_;
  saga_state next_;
  changes written_;
  std::vector<call_request> calls_;
};

/// Sends, retries, undoes, parks and ends whatever the state now calls for.
void settle(draft& work, timestamp at);

/// Turns the saga back: nothing is sent forward from now on. Allowed only if rules::can_turn, or
/// by an operator's decision.
void turn_back(draft& work, timestamp at, turn_cause cause, const std::string& error);

} // namespace sagas
