#include "bench/machine_loop.hpp"

#include "bench/context.hpp"
#include "saga/assert.hpp"

namespace sagas::bench {
namespace {

constexpr std::size_t failing_step = 2;

} // namespace

machine_loop::machine_loop(definition_ptr plan, settings how)
  : campaigns_(std::move(plan)), how_(std::move(how)), ids_(how_.first + 1),
    slots_(how_.in_flight) {
  for (const step_definition& step : campaigns_.plan()->steps)
    services_.push_back(make_stand_in_service(step.service));
}

// Sagas begin a round after each other, so that each batch holds transitions of every kind.
const std::vector<changes>& machine_loop::next() {
  const std::size_t phases = campaigns_.plan()->steps.size() + 1;
  batch_.clear();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slot& each = slots_[i];
    if (each.state)
      answer(each);
    else if (started_ < how_.sagas_max && round_ >= i % phases)
      start(each);
    else
      continue;
    batch_.push_back(std::move(each.decided->written));
  }
  ++round_;
  return batch_;
}

std::size_t machine_loop::committed() {
  std::size_t ended = 0;
  for (slot& each : slots_) {
    if (!each.decided)
      continue;
    each.state = std::move(each.decided->next);
    each.calls = std::move(each.decided->calls);
    each.decided.reset();
    if (!is_terminal(each.state->header.status))
      continue;
    each.state.reset();
    ++ended;
  }
  return ended;
}

void machine_loop::start(slot& in) {
  in.number = how_.first + started_++;
  in.at = how_.starts_at(in.number);
  newest_ = in.at;
  start_request asked = campaigns_.start(in.number);
  saga_header header;
  header.id = ids_.make(in.at);
  header.started = in.at;
  header.campaign_id = std::move(asked.campaign_id);
  header.user_id = std::move(asked.user_id);
  header.input = std::move(asked.input);
  in.state = new_saga(*campaigns_.plan(), std::move(header));
  in.decided = must(advance(campaigns_.plan(), *in.state, saga_started{in.at}), "a start");
}

void machine_loop::answer(slot& in) {
  SAGAS_ASSERT(in.calls.size() == 1); // the steps of a launch follow each other
  const call_request& asked = in.calls.front();
  in.at += how_.step_time;
  const outcome_arrived event{in.at, asked.step, asked.op, asked.attempt, say(in, asked)};
  in.decided = must(advance(campaigns_.plan(), *in.state, event), "an outcome");
}

outcome machine_loop::say(const slot& from, const call_request& what) const {
  outcome said;
  said.kind = outcome_kind::done;
  if (what.op == operation::compensation) {
    said.output = document{R"({"deshecho":true})"};
    return said;
  }
  if (how_.failing_every > 0 && from.number % how_.failing_every == 0
      && what.step == failing_step) {
    said.kind = outcome_kind::business_failure;
    said.reason = "Sin cupo para el seguimiento";
    return said;
  }
  const json_lookup input{what.input.text()};
  act_answer answer = services_[what.step]->act({.saga = from.state->header.id,
                                                 .step = campaigns_.plan()->steps[what.step].name,
                                                 .input = input,
                                                 .now = from.at});
  SAGAS_ASSERT(answer.done);
  said.output = std::move(answer.output);
  return said;
}

} // namespace sagas::bench
