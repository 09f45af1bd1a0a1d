#include "saga/simulate.hpp"

#include <algorithm>

namespace sagas {
namespace {

class run {
public:
  run(const definition_ptr& plan, const simulation_script& script)
    : plan_(plan), script_(script), now_(script.start) {
    saga_header header;
    header.id = id_maker{script.seed}.make(script.start);
    header.started = script.start;
    header.campaign_id = script.campaign_id;
    header.input = script.input;
    shown_.last = new_saga(*plan, std::move(header));
  }

  simulation finish() && {
    feed(saga_started{now_});
    while (shown_.cut.empty() && !is_terminal(shown_.last.header.status) && step_once())
      ;
    return std::move(shown_);
  }

private:
  struct expected_answer {
    timestamp at;
    outcome_arrived what;
  };

  // The next event, in time; of several at once first answers, then decisions, then the clock.
  bool step_once() {
    const auto answer = std::min_element(
      answers_.begin(), answers_.end(),
      [](const expected_answer& a, const expected_answer& b) { return a.at < b.at; });
    const bool decides = decided_ < script_.decisions.size();
    const auto alarm = wakes_at(*plan_, shown_.last);
    std::optional<timestamp> next = alarm;
    if (decides)
      next = std::min(next.value_or(timestamp::max()), decision_time());
    if (answer != answers_.end())
      next = std::min(next.value_or(timestamp::max()), answer->at);
    if (!next)
      return false;
    if (*next > script_.start + script_.time_max) {
      shown_.cut = "tiempo_maximo";
      return false;
    }
    now_ = std::max(now_, *next);
    if (answer != answers_.end() && answer->at <= now_) {
      outcome_arrived what = answer->what;
      answers_.erase(answer);
      what.at = now_;
      feed(what);
    } else if (decides && decision_time() <= now_) {
      feed(event_of(script_.decisions[decided_++]));
    } else {
      feed(time_passed{now_});
    }
    return true;
  }

  timestamp decision_time() const { return script_.start + script_.decisions[decided_].at; }

  event event_of(const scripted_decision& what) const {
    const authorship who{"simulacion", what.reason};
    switch (what.what) {
    case scripted_decision::kind::cancel: return cancel_requested{now_, who};
    case scripted_decision::kind::pause: return pause_requested{now_, who};
    case scripted_decision::kind::resume: return resume_requested{now_, who};
    case scripted_decision::kind::signal:
      return signal_received{now_, what.signal, what.output, who};
    case scripted_decision::kind::decide: break;
    }
    return operator_decided{now_, what.step, what.decided, what.output, who, what.input};
  }

  void feed(event what) {
    if (shown_.trace.size() >= simulation_events_max) {
      shown_.cut = "sucesos";
      return;
    }
    simulated_event seen{.at = now_ - script_.start,
                         .what = std::move(what),
                         .refused = {},
                         .calls = {},
                         .history = {}};
    auto decided = advance(plan_, shown_.last, seen.what);
    if (decided) {
      shown_.last = std::move(decided->next);
      seen.calls = std::move(decided->calls);
      seen.history = std::move(decided->written.history);
      for (const call_request& call : seen.calls)
        expect(call);
    } else if (decided.error().code == errc::stale) {
      seen.late = true;
    } else {
      seen.refused = decided.error().message;
    }
    seen.status = shown_.last.header.status;
    shown_.trace.push_back(std::move(seen));
  }

  // Schedules the scripted answer to a call.
  void expect(const call_request& call) {
    const auto of = std::pair{call.step, call.op};
    scripted_outcome said;
    said.what.output = document{"{}"};
    if (const auto found = script_.outcomes.find(of); found != script_.outcomes.end()) {
      const std::size_t turn = std::min(turns_[of]++, found->second.size() - 1);
      said = found->second[turn];
    }
    bytes_ += call.input.text().size() + said.what.output.text().size();
    if (bytes_ > simulation_bytes_max)
      shown_.cut = "tamano";
    if (!said.answers)
      return;
    const timestamp at = now_ + said.latency;
    if (said.what.kind == outcome_kind::still_running)
      said.what.ask_at = at + said.ask_in;
    answers_.push_back({at, {at, call.step, call.op, call.attempt, said.what}});
  }

  definition_ptr plan_;
  const simulation_script& script_;
  timestamp now_;
  simulation shown_;
  std::vector<expected_answer> answers_;
  std::map<std::pair<std::size_t, operation>, std::size_t> turns_; // answers given so far
  std::size_t decided_ = 0;
  std::size_t bytes_ = 0;
};

} // namespace

simulation simulate(const definition_ptr& plan, const simulation_script& script) {
  return run{plan, script}.finish();
}

result<document> simulate_json(const definition_ptr& plan, std::string_view json) {
  const auto script = parse_simulation(*plan, json);
  if (!script)
    return script.error();
  return to_json(*plan, simulate(plan, *script));
}

} // namespace sagas
