// Histories made by hand, without an engine: what honest witnesses would have seen.
#pragma once

#include "saga/definition_json.hpp"
#include "saga/ledger.hpp"
#include "saga/machine.hpp"
#include "support/catch.hpp"
#include "tests/simulation/history.hpp"

namespace sagas::sim {

class made_history {
public:
  explicit made_history(const char* definition) {
    auto parsed = parse_definition(definition);
    REQUIRE(parsed);
    plan = *parsed;
    seen.plans[{plan->type, plan->version}] = plan;
    seen.nodes.push_back({++moments, {}, 1});
    seen.healed = true;
  }

  /// A client starts a saga and is told so, and told its end.
  void start() {
    saga_header header;
    header.id = first_id_at(now);
    header.started = now;
    header.input = document{R"({"n":0})"};
    seen.starts.push_back({++moments, 0, plan->type, plan->version, header.input, "clave", {}, {}});
    state = new_saga(*plan, header);
    feed(saga_started{now});
    seen.starts[0].answers.push_back(
      {++moments, started{header.id, saga_status::running, true}, errc::internal});
  }

  /// A service says what it did (its diary's word), and the engine gets the outcome.
  void answer(std::size_t step, operation op, const char* word, outcome_kind kind) {
    const step_state& at = state.steps[step];
    const attempt_state& attempt = op == operation::action ? at.action : at.compensation;
    const step_definition& of = plan->steps[step];
    const document input = seen.versions.back().rows.steps[attempt.row - 1].input;
    seen.diary.push_back({++moments, state.header.id, of.service, of.name, op, attempt.number, 1,
                          word, digest64(input.text())});
    outcome what{kind, document{"{}"}, "codigo", "motivo", {}};
    seen.given.push_back({++moments, state.header.id, of.name, op, attempt.number, what});
    now += milliseconds{10};
    feed(outcome_arrived{now, step, op, attempt.number, what});
  }
  void done(std::size_t step) { answer(step, operation::action, "efecto", outcome_kind::done); }
  void undone(std::size_t step) {
    answer(step, operation::compensation, "deshecho", outcome_kind::done);
  }
  void refused(std::size_t step) {
    answer(step, operation::action, "rechazo", outcome_kind::business_failure);
  }
  void wake() {
    now = wakes_at(*plan, state).value_or(now);
    feed(time_passed{now});
  }
  void command(saga_command what, const event& event) {
    seen.commands.push_back({++moments, 0, state.header.id, std::move(what), {}});
    feed(event);
    seen.commands.back().answers.push_back({++moments, state.header.status, errc::internal});
  }

  void feed(const event& what) {
    auto decided = advance(plan, state, what);
    REQUIRE(decided);
    state = decided->next;
    store(decided->written);
    for (const call_request& call : decided->calls)
      seen.sent.push_back({++moments, 0, state.header.id, plan->steps[call.step].name, call, 1});
    if (is_terminal(state.header.status))
      seen.starts[0].ends.push_back({++moments, state.header.status});
  }

  history seen;
  definition_ptr plan;
  saga_state state;
  timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}};
  moment moments = 0;

private:
  void store(const changes& written) {
    saga_version next;
    if (!seen.versions.empty())
      next = seen.versions.back();
    next.when = ++moments;
    next.at = now;
    next.epoch = 1;
    if (written.header)
      next.rows.header = *written.header;
    for (const step_row& row : written.steps)
      if (row.insert) {
        next.rows.steps.push_back(row);
      } else {
        const document input = next.rows.steps[row.order - 1].input;
        next.rows.steps[row.order - 1] = row;
        next.rows.steps[row.order - 1].input = input;
      }
    next.history.insert(next.history.end(), written.history.begin(), written.history.end());
    seen.versions.push_back(std::move(next));
  }
};

} // namespace sagas::sim
