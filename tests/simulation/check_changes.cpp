// One version of a saga's rows against the one before.
#include "tests/simulation/checker.hpp"

#include "saga/machine.hpp"

namespace sagas::sim {
namespace {

bool is_arrow(saga_status from, saga_status to) {
  using s = saga_status;
  switch (from) {
  case s::started: return to == s::running;
  case s::running: return to != s::started && to != s::compensated;
  case s::paused:
  case s::parked: return to != s::started;
  case s::compensating: return to != s::started && to != s::running && to != s::completed;
  case s::completed:
  case s::compensated:
  case s::cancelled:
  case s::failed: return false;
  }
  return false;
}

std::size_t decisions_on(const saga_version& of, const std::string& step) {
  return static_cast<std::size_t>(
    std::count_if(of.history.begin(), of.history.end(), [&](const history_row& row) {
      return row.step == step && row.kind != "aparcada";
    }));
}

// What was sent stays as it was, and an outcome stands; only a person may overrule a failure.
finding check_row(const story& of, const saga_version& before, const saga_version& now,
                  std::size_t i) {
  const step_row& old = before.rows.steps[i];
  const step_row& row = now.rows.steps[i];
  if (std::tie(old.order, old.step, old.op, old.attempt, old.base, old.started)
        != std::tie(row.order, row.step, row.op, row.attempt, row.base, row.started)
      || old.input != row.input)
    return violation{"R1", where(of, old.step) + ": a row has changed what was sent"};
  const bool same = old.status == row.status && old.kind == row.kind && old.output == row.output
                    && old.ended == row.ended;
  const std::string& name = of.plan->steps[row.step].name;
  const bool overruled = old.status == step_status::failed
                         && decisions_on(now, name) > decisions_on(before, name);
  if (old.ended && !same && !overruled)
    return violation{"S11", where(of, old.step) + ": a second outcome has replaced the first"};
  return std::nullopt;
}

finding check_step(const story& of, const saga_version& before, const saga_version& now) {
  const saga_header& was = before.rows.header;
  const saga_header& is = now.rows.header;
  if (is_terminal(was.status))
    return violation{"S1", "saga " + to_text(of.id) + " has changed behind its end"};
  if (!is_arrow(was.status, is.status)
      || (was.way == direction::backward && is.way == direction::forward))
    return violation{"S1", std::string{to_text(was.status)} + " became " + to_text(is.status)};
  if (was.type != is.type || was.version != is.version)
    return violation{"S13", "a saga has changed its definition"};
  if (was.input != is.input || was.started != is.started)
    return violation{"A2", "a saga has changed its start"};
  if (now.rows.steps.size() < before.rows.steps.size() || now.history.size() < before.history.size()
      || !std::equal(before.history.begin(), before.history.end(), now.history.begin()))
    return violation{"R1", "rows have vanished"};
  for (std::size_t i = 0; i < before.rows.steps.size(); ++i)
    if (auto found = check_row(of, before, now, i))
      return found;
  return std::nullopt;
}

} // namespace

finding check_changes(const story& of) {
  const saga_version& first = *of.versions.front();
  if (first.rows.header.status != saga_status::running)
    return violation{"S1", std::string{"a saga begins as "} + to_text(first.rows.header.status)};
  for (std::size_t i = 1; i < of.versions.size(); ++i)
    if (auto found = check_step(of, *of.versions[i - 1], *of.versions[i]))
      return found;
  for (const saga_version* version : of.versions)
    if (const auto state = rebuild(*of.plan, version->rows, version->at); !state)
      return violation{"R1", "the rows give no state back: " + state.error().message};
  return std::nullopt;
}

} // namespace sagas::sim
