#include "testkit/scripted_services.hpp"

#include <algorithm>

namespace sagas::testkit {
namespace {

reply act(reply what, bool& acted, bool& refused, outcome& answered) {
  if (!acted && !refused) {
    acted = what.acts;
    refused = what.what.kind == outcome_kind::business_failure;
    if (acted || refused)
      answered = what.what;
  }
  if (acted || refused)
    what.what = answered; // a repetition hears the same; whether it hears at all is the script's
  return what;
}

} // namespace

void scripted_services::tell(const std::string& step, operation op, std::vector<reply> replies) {
  script_[{step, op}] = std::move(replies);
}

// By the number of the attempt, not of the call: an attempt that is repeated behind a crash meets
// what it met before.
reply scripted_services::told(const call& what, fact& known) const {
  const auto found = script_.find({what.step().name, what.request.op});
  if (found == script_.end() || found->second.empty())
    return done();
  std::size_t& waited = known.progress[what.request.op];
  const std::size_t at = std::min<std::size_t>(what.request.attempt - 1 + waited,
                                               found->second.size() - 1);
  const reply& next = found->second[at];
  if (next.what.kind == outcome_kind::still_running)
    ++waited;
  return next;
}

reply scripted_services::ask(const call& what) {
  fact& known = facts_[{what.saga, what.step().name}];
  reply next = told(what, known);
  if (what.request.op == operation::compensation) {
    known.undone = known.undone || next.acts;
    return next;
  }
  if (known.undone)
    return refused("ya estaba deshecho");
  return act(std::move(next), known.acted, known.refused, known.answered);
}

bool scripted_services::in_force(const saga_id& saga, const std::string& step) const {
  const auto found = facts_.find({saga, step});
  return found != facts_.end() && found->second.acted && !found->second.undone;
}

} // namespace sagas::testkit
