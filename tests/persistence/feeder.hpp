// Feeds a store with what the machine decides about one saga.
#pragma once

#include "saga/machine.hpp"
#include "saga/store.hpp"
#include "support/catch.hpp"
#include "tests/saga/plans.hpp"

namespace sagas::test {

/// Who starts what, and when.
struct start {
  definition_ptr plan;
  saga_id id;
  timestamp at = noon;
  std::string campaign = {};
  std::string user = {};
};

inline saga_state new_saga_of(const start& what) {
  saga_header header;
  header.id = what.id;
  header.started = what.at;
  header.campaign_id = what.campaign;
  header.user_id = what.user;
  header.metadata = document{R"({"origen":"prueba"})"};
  header.input = document{R"({"campania":"ñandú"})"};
  return new_saga(*what.plan, std::move(header));
}

class feeder {
public:
  feeder(store& to, const start& what)
    : plan(what.plan), state(new_saga_of(what)), now(what.at), to_(to) {
    feed(saga_started{now});
  }

  void feed(const event& what) {
    auto decided = advance(plan, state, what);
    INFO((decided ? "" : decided.error().message));
    REQUIRE(decided);
    const auto done = to_.commit({&decided->written, 1}, now);
    INFO((done ? "" : done.error().message));
    REQUIRE(done);
    REQUIRE(done->acks.at(0).what == commit_ack::verdict::committed);
    state = decided->next;
  }

  void answer(std::size_t step, operation op, outcome what, milliseconds after = milliseconds{10}) {
    now += after;
    const step_state& at = state.steps[step];
    const auto attempt = op == operation::action ? at.action.number : at.compensation.number;
    feed(outcome_arrived{now, step, op, attempt, std::move(what)});
  }
  void done(std::size_t step, milliseconds after = milliseconds{10}) {
    answer(step, operation::action,
           {outcome_kind::done, document{R"({"paso":)" + std::to_string(step) + "}"}, {}, {}, {}},
           after);
  }
  void undone(std::size_t step) {
    answer(step, operation::compensation, {outcome_kind::done, document{"{}"}, {}, {}, {}});
  }
  void refuse(std::size_t step) {
    answer(step, operation::action,
           {outcome_kind::business_failure, {}, "negocio", "no hay saldo", {}});
  }
  void lose(std::size_t step, operation op = operation::action) {
    answer(step, op, {outcome_kind::unknown, {}, "perdida", "sin respuesta", {}});
  }
  /// Lets time pass until the machine wants to be woken.
  void wake() {
    const auto at = wakes_at(*plan, state);
    REQUIRE(at);
    now = std::max(now, *at);
    feed(time_passed{now});
  }
  void complete() {
    for (std::size_t step = 0; step < plan->steps.size(); ++step)
      done(step);
    REQUIRE(state.header.status == saga_status::completed);
  }

  const definition_ptr plan;
  saga_state state;
  timestamp now;

private:
  store& to_;
};

} // namespace sagas::test
