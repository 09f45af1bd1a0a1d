// Undos: once, twice, first, and while their action runs.
#include "http/conformance/checks.hpp"

namespace sagas::http::conformance {
namespace {

constexpr int rounds = 6; // half of them with the undo first

void an_undo(examination& it) {
  const saga_id saga = it.fresh();
  it.done(it.send(it.action(saga)), "the action");
  it.done(it.send(it.undo(saga)), "its undo");
  it.in_force(saga, false, "after the undo");
}

void a_repeated_undo(examination& it) {
  const saga_id saga = it.fresh();
  it.done(it.send(it.action(saga)), "the action");
  it.done(it.send(it.undo(saga)), "its undo");
  it.done(it.send(it.undo(saga)), "the repeated undo");
  it.in_force(saga, false, "after an undo that came twice");
  const saga_id other = it.fresh();
  it.done(it.send(it.action(other)), "the action");
  for (const ended& each : it.send(std::vector<planned>(it.of().crowd, it.undo(other))))
    it.done(each, "one of several undos at once");
  it.in_force(other, false, "after the same undo came several times at once");
}

void an_action_after_its_undo(examination& it) {
  const saga_id saga = it.fresh();
  it.done(it.send(it.action(saga)), "the action");
  it.done(it.send(it.undo(saga)), "its undo");
  it.refused(it.send(it.action(saga)), "the action that came again after its undo");
  it.in_force(saga, false, "after an action that came after its undo");
}

void an_undo_first(examination& it) {
  const saga_id saga = it.fresh();
  it.done(it.send(it.undo(saga)), "the undo of an action that never came");
  it.done(it.send(it.undo(saga)), "the same undo again");
  it.in_force(saga, false, "after the undo of what never came");
}

void a_late_action(examination& it) {
  const saga_id saga = it.fresh();
  it.done(it.send(it.undo(saga)), "the undo of an action that never came");
  it.refused(it.send(it.action(saga)), "the action that came after its undo");
  it.refused(it.send(it.action(saga)), "the same action again");
  it.in_force(saga, false, "after an action that came after its undo");
}

void an_undo_meanwhile(examination& it) {
  for (int round = 0; round < rounds; ++round) {
    const saga_id saga = it.fresh();
    std::vector<planned> both{it.action(saga), it.undo(saga)};
    if (round % 2 == 1)
      std::swap(both.front(), both.back());
    for (const ended& each : it.send(both))
      if (each.what.request.op == operation::compensation)
        it.done(each, "the undo that came while its action ran");
      else if (each.meant.kind != outcome_kind::business_failure)
        it.done(each, "the action beside its undo");
    it.refused(it.send(it.action(saga)), "the action that came again after both");
    it.in_force(saga, false, "after an action and its undo at once");
  }
}

} // namespace

const char* skip_without_undo(const target& of) {
  return of.undoes ? nullptr : "--no-undo was given";
}

std::vector<check> checks_of_undos() {
  const auto skip = skip_without_undo;
  return {
    {"undo", "an undo is done", "2xx, and the effect is gone",
     "Answer 2xx when the effect has been taken back and that is committed.", an_undo, skip},
    {"repeated-undo", "a repeated undo undoes once", "2xx again, and nothing more is taken back",
     "Remember the undo in its transaction; one that finds itself done answers 2xx and does "
     "nothing.",
     a_repeated_undo, skip},
    {"action-after-undo", "an action after its undo is refused", "409, without an effect",
     "Keep the undo under the saga and step; an action that finds it there answers 409.",
     an_action_after_its_undo, skip},
    {"undo-first", "an undo of what never came is done", "2xx: there is nothing to take back",
     "When nothing is known of the action, remember that it is undone, and answer 2xx, not 404.",
     an_undo_first, skip},
    {"late-action", "an undo that came first is remembered", "the action that comes later: 409",
     "Write the undo of what never came to the same row that actions look at.", a_late_action,
     skip},
    {"undo-meanwhile", "an undo beside its action leaves nothing",
     "the undo waits or says 425 until the action has ended; or goes first, and the action gets "
     "409",
     "Let action and undo take the same row's lock, or answer 425 to an undo whose action runs.",
     an_undo_meanwhile, skip},
  };
}

} // namespace sagas::http::conformance
