#include "saga/preview.hpp"

#include <algorithm>

namespace sagas {
namespace {

timestamp time_of(const event& what) {
  return std::visit([](const auto& it) { return it.at; }, what);
}

// What happens next when all goes well; nothing when the saga waits for a person, or has ended.
std::optional<event> next_good_event(const definition& plan, const saga_state& state,
                                     timestamp& now) {
  if (is_terminal(state.header.status))
    return std::nullopt;
  const auto waited = outstanding(plan, state);
  if (!waited.empty())
    return outcome_arrived{now, waited.front().step, waited.front().op, waited.front().attempt,
                           outcome{outcome_kind::done, document{"{}"}, {}, {}, {}}};
  const auto alarm = wakes_at(plan, state);
  if (!alarm)
    return std::nullopt;
  now = std::max(now, *alarm);
  return time_passed{now};
}

void look_ahead(const definition_ptr& plan, timestamp now, preview& shown) {
  saga_state state = shown.next;
  for (std::size_t i = 0; i < preview_events_max; ++i) {
    const auto what = next_good_event(*plan, state, now);
    if (!what)
      break;
    auto decided = advance(plan, state, *what);
    if (!decided)
      break;
    state = std::move(decided->next);
    shown.follows.insert(shown.follows.end(), decided->calls.begin(), decided->calls.end());
  }
  shown.end = state.header.status;
}

} // namespace

result<preview> preview_of(const definition_ptr& plan, const saga_state& state, const event& what) {
  auto decided = advance(plan, state, what);
  if (!decided && decided.error().code == errc::stale)
    return {errc::conflict, "nothing would change"};
  if (!decided)
    return decided.error();
  preview shown;
  shown.next = std::move(decided->next);
  shown.sent = std::move(decided->calls);
  shown.history = std::move(decided->written.history);
  shown.awaited = outstanding(*plan, shown.next);
  shown.wakes = wakes_at(*plan, shown.next);
  look_ahead(plan, time_of(what), shown);
  return shown;
}

} // namespace sagas
