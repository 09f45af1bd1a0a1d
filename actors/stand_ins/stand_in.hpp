// A stand-in participant: a service's answers behind a barrier, with a memory and with faults on
// purpose. Serves any step of any definition whose microservicio it is.
//
// No actor and no thread in it: whoever owns it gives it calls one at a time, makes the ledger
// durable (commit) and only then sends the answers.
#pragma once

#include <memory>
#include <optional>

#include "actors/stand_ins/injection.hpp"
#include "actors/stand_ins/service.hpp"
#include "saga/event.hpp"
#include "saga/ledger.hpp"

namespace sagas {

/// What becomes of a call.
struct reaction {
  std::optional<outcome> reply; ///< none: no answer at all
  int copies = 1;               ///< how often to send it
  milliseconds delay{0};        ///< to wait before sending
};

class stand_in {
public:
  /// `ledger` and `rules` must outlive it.
  stand_in(std::unique_ptr<stand_in_service> service, participant_ledger& ledger,
           const injection_rules& rules);

  std::string_view service() const { return service_->name(); }

  /// Does or undoes what is asked, at most once. The ledger is not committed: do that before the
  /// answer leaves, and send none when it fails. A ledger that cannot be read or written makes
  /// the outcome unknown, with the code "libro".
  reaction handle(const call& what, timestamp now);

private:
  outcome answer(const call& what, timestamp now, bool refuse);
  /// Asks the service, once in the life of a step.
  void act(const call& what, timestamp now, bool refuse, ledger_row& row) const;
  status note(const call& what, timestamp now, std::string_view word);

  std::unique_ptr<stand_in_service> service_;
  participant_ledger& ledger_;
  const injection_rules& rules_;
};

} // namespace sagas
