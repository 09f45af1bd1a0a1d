// The same call more than once: one after the other, and at once.
#include "http/conformance/checks.hpp"

#include <nlohmann/json.hpp>

namespace sagas::http::conformance {
namespace {

constexpr int rounds = 5; // of what depends on who is faster

void an_action(examination& it) {
  const saga_id saga = it.fresh();
  it.done(it.send(it.action(saga)), "the action");
  it.in_force(saga, true, "after one action");
}

void a_repetition(examination& it) {
  const saga_id saga = it.fresh();
  const ended first = it.send(it.action(saga));
  it.done(first, "the action");
  for (const char* which : {"the first repetition", "the second repetition"})
    it.same_answer(it.send(it.action(saga)), first, which);
  it.in_force(saga, true, "after an action that came three times");
}

void duplicates_at_once(examination& it) {
  for (int round = 0; round < rounds; ++round) {
    const saga_id saga = it.fresh();
    const auto all = it.send(std::vector<planned>(it.of().crowd, it.action(saga)));
    for (const ended& each : all)
      it.same_answer(each, all.front(), "one of " + std::to_string(all.size()) + " at once");
    it.in_force(saga, true, "after the same action came several times at once");
  }
}

void sagas_apart(examination& it) {
  const saga_id one = it.fresh();
  const saga_id other = it.fresh();
  it.done(it.send(it.action(one)), "the action of the first saga");
  it.done(it.send(it.action(other)), "the action of another saga with the same input");
  it.in_force(one, true, "for the first saga");
  it.in_force(other, true, "for the other saga");
}

void unknown_members(examination& it) {
  auto input = nlohmann::ordered_json::parse(it.of().input.text());
  input["miembro_desconocido"] = {{"de", "sagas check-participant"}};
  planned call = it.action(it.fresh());
  call.input = document{input.dump()};
  it.done(it.send(call), "an action with one member more in its input");
}

const char* skip_no_object(const target& of) {
  return of.input.text().starts_with("{") ? nullptr : "the input is no JSON object";
}

void a_refusal(examination& it) {
  planned call = it.action(it.fresh());
  call.input = it.of().refused_input;
  const ended first = it.send(call);
  it.refused(first, "the action with --refused-input");
  const ended again = it.send(call);
  it.refused(again, "its repetition");
  if (first.meant.reason != again.meant.reason)
    it.fail("the repetition was answered " + told(again.said) + ", but the first call "
            + told(first.said) + ": the same key must get the same answer");
  it.in_force(call.saga, false, "after a refused action");
  if (!it.of().undoes)
    return;
  it.done(it.send(it.undo(call.saga)), "the undo of a refused action");
  it.in_force(call.saga, false, "after the undo of a refused action");
}

const char* skip_no_refusal(const target& of) {
  return of.refused_input.empty() ? "no --refused-input was given" : nullptr;
}

} // namespace

const check first_check{
  "action", "an action is done", "2xx when the effect is committed; the body is JSON, or nothing",
  "Give --input an input that the step accepts. Answer 2xx behind the commit; 425 while it runs.",
  an_action};

std::vector<check> checks_of_duplicates() {
  return {
    {"repetition", "a repeated action has one effect",
     "the same Idempotency-Key again: the same answer, and no second effect",
     "Keep the key and the answer in the transaction of the effect, and look there before acting.",
     a_repetition},
    {"duplicates-at-once", "duplicates that come at once have one effect",
     "one acts; the others wait for its answer and give the same, or say 425",
     "Take the key first, inside the transaction (INSERT ... ON CONFLICT: examples/barrier/): to "
     "look, act and then remember lets both through, and so does a map in memory.",
     duplicates_at_once},
    {"sagas-apart", "two sagas with the same input are two actions", "each saga has its own effect",
     "Recognise a repetition by its Idempotency-Key alone, never by its input.", sagas_apart},
    {"unknown-members", "a member more in the input does no harm",
     "members that the step does not know are left aside",
     "Read the members that you need, and refuse none that you do not know.", unknown_members,
     skip_no_object},
    {"refusal", "a refusal stays one", "409 with a motivo, each time; its undo is 2xx",
     "Answer 409 for what is refused for business reasons, never 4xx or 5xx else, and remember it "
     "under the key: what was refused once must not be done when it comes again.",
     a_refusal, skip_no_refusal},
  };
}

} // namespace sagas::http::conformance
