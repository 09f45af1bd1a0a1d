// A random definition, and participants that answer as a tape of random numbers says.
#pragma once

#include <algorithm>
#include <sstream>

#include "tests/saga/plans.hpp"
#include "tests/saga/rows_table.hpp"

namespace sagas::test {

class world {
public:
  explicit world(std::vector<std::uint16_t> numbers) : tape_(std::move(numbers)) {
    plan = random_plan();
    state = fresh(plan);
  }
  /// The same of a definition that is given.
  world(definition_ptr of, std::vector<std::uint16_t> numbers)
    : plan(std::move(of)), state(fresh(plan)), tape_(std::move(numbers)) {}

  /// The next thing to happen; nothing at the end of the tape.
  std::optional<event> next_event() {
    if (at_ >= tape_.size())
      return std::nullopt;
    if (state.header.status == saga_status::started)
      return saga_started{now};
    switch (draw(17)) {
    case 0: return cancel_requested{now, {"ana", "prueba"}};
    case 1: return pause_requested{now, {}};
    case 2: return resume_requested{now, {}};
    case 3: return draw(8) == 0 ? event{recovery_abandoned{now}} : event{resume_requested{now, {}}};
    case 4:
    case 5: return decide();
    case 6:
    case 7:
    case 8: return pass_time();
    case 11: return signal();
    case 9:
    case 10: return answer_any(); // late, twice, or out of turn
    default: return answer_newest();
    }
  }

  void take(const transition& decided) {
    rows.apply(decided.written);
    state = decided.next;
    sent.insert(sent.end(), decided.calls.begin(), decided.calls.end());
    for (const history_row& row : decided.written.history)
      rounds += row.kind == "reintentar" ? 1 : 0;
  }

  /// Without faults and with an operator who completes by hand: does it end within the bound?
  bool comes_to_an_end() {
    for (int i = 0; i < 2'000 && !is_terminal(state.header.status); ++i) {
      const auto what = helpful_event();
      if (!what)
        return false;
      if (const auto decided = advance(plan, state, *what))
        take(*decided);
    }
    return is_terminal(state.header.status);
  }

  definition_ptr plan;
  saga_state state;
  table rows;
  timestamp now = noon;
  std::vector<call_request> sent;
  std::uint32_t rounds = 1; ///< of attempts: each reintentar opens another

private:
  std::uint32_t draw(std::uint32_t below) { return at_ < tape_.size() ? tape_[at_++] % below : 0; }

  definition_ptr random_plan() {
    const std::size_t count = 1 + draw(5);
    const bool in_sequence = draw(2) == 0;
    std::vector<step_definition> steps;
    for (std::size_t i = 0; i < count; ++i) {
      step_definition made = step("p" + std::to_string(i));
      for (std::size_t before = 0; before < i; ++before)
        if (in_sequence ? before + 1 == i : draw(3) == 0)
          made.depends_on.push_back(before);
      made.optional = draw(6) == 0;
      made.retry.attempts = 1 + draw(3);
      made.compensation_retry.attempts = 1 + draw(3);
      if (draw(5) == 0)
        made.compensation.clear();
      if (draw(5) == 0)
        made = waiting_step(std::move(made), i);
      steps.push_back(std::move(made));
    }
    std::size_t pivot = draw(3) == 0 ? draw(static_cast<std::uint32_t>(count)) : count;
    if (pivot < count && steps[pivot].wait)
      pivot = count;
    return with_pivot(std::move(steps), pivot,
                      draw(3) == 0 ? std::chrono::seconds{90} : std::chrono::seconds{0});
  }

  step_definition waiting_step(step_definition made, std::size_t i) {
    made.service = wait_service;
    made.compensation.clear();
    made.wait.emplace();
    made.wait->signal = draw(4) == 0 ? "" : "s" + std::to_string(i);
    made.wait->span = std::chrono::seconds{draw(200)};
    made.wait->lapse_is_fine = draw(2) == 0;
    if (made.wait->signal.empty())
      made.wait->span += std::chrono::seconds{1};
    return made;
  }

  // As registration demands: what lies behind the pivot has no compensation, nor has the pivot.
  static definition_ptr with_pivot(std::vector<step_definition> steps, std::size_t pivot,
                                   milliseconds deadline) {
    if (pivot >= steps.size())
      return graph(std::move(steps), deadline);
    steps[pivot].pivot = true;
    steps[pivot].optional = false;
    const auto behind = graph(steps)->behind_pivot;
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (i == pivot || behind[i])
        steps[i].compensation.clear();
    return graph(std::move(steps), deadline);
  }

  outcome random_outcome() {
    switch (draw(8)) {
    case 0: return {outcome_kind::business_failure, {}, "negocio", "no", {}};
    case 1: return {outcome_kind::technical_failure, {}, "roto", "se ha roto", {}};
    case 2: return {outcome_kind::unknown, {}, "perdida", "", {}};
    case 3: return {outcome_kind::still_running, {}, {}, {}, now + std::chrono::seconds{draw(60)}};
    default: return {outcome_kind::done, document{R"({"n":1})"}, {}, {}, {}};
    }
  }

  event answer(const call_request& call, outcome what) const {
    return outcome_arrived{now, call.step, call.op, call.attempt, std::move(what)};
  }
  event signal() {
    const std::size_t step = draw(static_cast<std::uint32_t>(plan->steps.size()));
    const auto& wait = plan->steps[step].wait;
    return signal_received{now,
                           wait && !wait->signal.empty() ? wait->signal
                                                         : "s" + std::to_string(step),
                           document{draw(2) == 0 ? R"({"n":1})" : R"({"n":2})"},
                           {}};
  }
  event answer_any() {
    if (sent.empty())
      return time_passed{now};
    return answer(sent[draw(static_cast<std::uint32_t>(sent.size()))], random_outcome());
  }
  event answer_newest() {
    const auto waiting = outstanding(*plan, state);
    if (waiting.empty())
      return answer_any();
    return answer(waiting[draw(static_cast<std::uint32_t>(waiting.size()))], random_outcome());
  }
  event pass_time() {
    const auto at = wakes_at(*plan, state);
    if (at && draw(4) != 0)
      now = std::max(now, *at);
    else
      now += std::chrono::seconds{draw(100)};
    return time_passed{now};
  }
  event decide() {
    for (std::size_t i = 0; i < plan->steps.size(); ++i) {
      const step_state& at = state.steps[i];
      const bool stuck = state.header.way == direction::forward ? at.action.exhausted()
                                                                : at.compensation.exhausted();
      if (stuck) {
        operator_decided made{
          now, i, static_cast<decision>(draw(decision_count)), document{"{}"}, {"ana", ""}};
        if (draw(2) == 0)
          made.input = document{R"({"editada":)" + std::to_string(draw(3)) + "}"};
        return made;
      }
    }
    const auto any = draw(static_cast<std::uint32_t>(plan->steps.size()));
    return operator_decided{now, any, decision::retry, {}, {}};
  }

  std::optional<event> helpful_event() {
    if (state.header.status == saga_status::started)
      return saga_started{now};
    if (const auto waiting = outstanding(*plan, state); !waiting.empty())
      return answer(waiting.front(), {outcome_kind::done, document{"{}"}, {}, {}, {}});
    if (state.header.status == saga_status::paused)
      return resume_requested{now, {}};
    if (state.header.status == saga_status::parked) {
      for (std::size_t i = 0; i < plan->steps.size(); ++i)
        if (advance(plan, state, operator_decided{now, i, decision::complete, {}, {}}))
          return operator_decided{now, i, decision::complete, document{"{}"}, {}};
      if (wakes_at(*plan, state).value_or(now) <= now)
        return resume_requested{now, {}};
    }
    for (const step_definition& step : plan->steps)
      if (step.wait && step.wait->span == milliseconds{0}) {
        const signal_received what{now, step.wait->signal, document{"{}"}, {}};
        if (advance(plan, state, what))
          return what;
      }
    const auto at = wakes_at(*plan, state);
    if (!at)
      return std::nullopt;
    now = std::max(now, *at);
    return time_passed{now};
  }

  std::vector<std::uint16_t> tape_;
  std::size_t at_ = 0;
};

/// Which situations the random runs have really come to; a run without them proves nothing.
struct reached {
  int refused = 0;
  int completed = 0;
  int compensated = 0;
  int cancelled = 0;
  int failed = 0;
  int parked = 0;
  int graphs = 0;
  int pivots = 0;
  int retried = 0;
  int undone_again = 0;
  int forced = 0;
  int edited = 0;
  int signalled = 0; ///< early or in time
  int early = 0;

  void count(const world& it) {
    completed += it.state.header.status == saga_status::completed;
    compensated += it.state.header.status == saga_status::compensated;
    cancelled += it.state.header.status == saga_status::cancelled;
    failed += it.state.header.status == saga_status::failed;
    forced += it.state.header.cause == turn_cause::forced;
    graphs += it.plan->steps.size() > 2 && it.plan->steps.back().depends_on.size() > 1;
    pivots += it.plan->pivot
              && it.state.steps[*it.plan->pivot].action.status == step_status::completed;
    for (const history_row& row : it.rows.history)
      parked += row.kind == "aparcada";
    for (const step_row& row : it.rows.stored.steps) {
      const bool waits = it.plan->steps[row.step].wait.has_value();
      signalled += waits && row.output.text().find("\"n\"") != std::string_view::npos;
      early += waits && row.status == step_status::pending;
    }
    for (const step_state& step : it.state.steps) {
      retried += step.action.number > 1;
      undone_again += step.compensation.base > 1;
      edited += !step.action.input.empty() || !step.compensation.input.empty();
    }
  }
  bool all() const {
    return refused && completed && compensated && cancelled && failed && parked && graphs && pivots
           && retried && undone_again && forced && edited && signalled && early;
  }
  std::string text() const {
    std::ostringstream out;
    out << "refused " << refused << ", completed " << completed << ", compensated " << compensated
        << ", cancelled " << cancelled << ", failed " << failed << ", parked " << parked
        << ", graphs " << graphs << ", pivots " << pivots << ", retried " << retried
        << ", undone again " << undone_again << ", forced " << forced << ", edited " << edited
        << ", signalled " << signalled << ", early " << early;
    return out.str();
  }
};

} // namespace sagas::test
