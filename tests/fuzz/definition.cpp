// Definitions: what is accepted reads again as the same, also when a builder says it, and the
// machine keeps all its invariants with it, whatever happens.
#include "saga/builder.hpp"
#include "saga/definition_json.hpp"
#include "saga/json_text.hpp"
#include "saga/simulate.hpp"
#include "saga/text.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/saga/invariants.hpp"

namespace sagas::fuzz {
namespace {

constexpr std::size_t numbers_max = 400;

bool same(const retry_policy& a, const retry_policy& b) {
  return a.first_delay == b.first_delay && a.factor == b.factor && a.cap == b.cap
         && a.jitter == b.jitter && a.attempts == b.attempts && a.total == b.total
         && a.final_failures == b.final_failures;
}

bool same(const std::optional<wait_terms>& a, const std::optional<wait_terms>& b) {
  return a.has_value() == b.has_value()
         && (!a
             || (a->signal == b->signal && a->span == b->span && a->until == b->until
                 && a->lapse_is_fine == b->lapse_is_fine));
}

bool same(const std::optional<child_terms>& a, const std::optional<child_terms>& b) {
  return a.has_value() == b.has_value()
         && (!a
             || (a->type == b->type && a->version == b->version && a->left_alone == b->left_alone));
}

bool same(const step_definition& a, const step_definition& b) {
  return a.name == b.name && a.description == b.description && a.service == b.service
         && a.compensation == b.compensation && same(a.wait, b.wait) && same(a.child, b.child)
         && a.input.text() == b.input.text()
         && a.compensation_input.has_value() == b.compensation_input.has_value()
         && (!a.compensation_input || a.compensation_input->text() == b.compensation_input->text())
         && a.depends_on == b.depends_on && a.optional == b.optional && a.pivot == b.pivot
         && same(a.retry, b.retry) && same(a.compensation_retry, b.compensation_retry)
         && a.timeout == b.timeout && a.compensation_timeout == b.compensation_timeout;
}

bool same(const sagas::definition& a, const sagas::definition& b) {
  return a.type == b.type && a.version == b.version && a.description == b.description
         && a.deadline == b.deadline && a.undo_window == b.undo_window
         && (a.input != nullptr) == (b.input != nullptr) && a.dependents == b.dependents
         && a.behind_pivot == b.behind_pivot && a.pivot == b.pivot
         && std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(),
                       [](const auto& x, const auto& y) { return same(x, y); });
}

// As C++ would write it. Steps that wait or are sagas are left out, and what has more than two
// dependencies: then there is nothing to compare.
std::optional<definition_builder> as_built(const sagas::definition& what) {
  definition_builder made{what.type};
  made.version(what.version).description(what.description).deadline(what.deadline);
  made.undo_window(what.undo_window);
  for (const step_definition& step : what.steps) {
    if (step.wait || step.child || step.depends_on.size() > 2)
      return std::nullopt;
    made.step(step.name, step.service).description(step.description).input(step.input.text());
    const auto name_of = [&](std::size_t i) -> std::string_view {
      return what.steps[step.depends_on[i]].name;
    };
    switch (step.depends_on.size()) {
    case 0: made.depends_on({}); break;
    case 1: made.depends_on({name_of(0)}); break;
    default: made.depends_on({name_of(0), name_of(1)});
    }
    made.retry(step.retry).timeout(step.timeout);
    if (step.optional)
      made.optional();
    if (step.pivot)
      made.pivot();
    if (step.compensation.empty())
      continue;
    made.compensation(step.compensation).compensation_retry(step.compensation_retry);
    made.compensation_timeout(step.compensation_timeout);
    if (step.compensation_input)
      made.compensation_input(step.compensation_input->text());
  }
  return made;
}

// What a step without a compensation would retry it by is nobody's business.
sagas::definition without_idle_policies(sagas::definition what) {
  for (step_definition& step : what.steps)
    if (step.compensation.empty()) {
      step.compensation_retry = {};
      step.compensation_timeout = {};
    }
  what.input = nullptr;
  return what;
}

void check_printed(const sagas::definition& what) {
  const auto again = parse_definition(what.source.text());
  expect(again && same(what, **again) && what.source == (*again)->source,
         "printed and read it is the same");
  const auto builder = as_built(what);
  if (!builder)
    return;
  const auto built = builder->build();
  expect(built && same(without_idle_policies(what), without_idle_policies(**built)),
         "a builder gives the same");
}

void check_simulation(const definition_ptr& plan, std::string_view text) {
  const auto script = parse_simulation(*plan, text.empty() ? "{}" : text);
  if (!script)
    return expect(repair_utf8(script.error().message) == script.error().message,
                  "a refusal is UTF-8");
  const simulation shown = simulate(plan, *script);
  expect(shown.trace.size() <= simulation_events_max, "a simulation is bounded");
  const document told = to_json(*plan, shown);
  expect(check_json(told.text(), built_depth_max).has_value(), "what it shows is JSON");
  expect(to_json(*plan, simulate(plan, *script)) == told, "a simulation shows the same again");
}

std::vector<std::uint16_t> numbers_in(std::string_view bytes) {
  std::vector<std::uint16_t> numbers;
  for (std::size_t i = 0; i + 1 < bytes.size() && numbers.size() < numbers_max; i += 2)
    numbers.push_back(static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[i]) << 8
                                                 | static_cast<unsigned char>(bytes[i + 1])));
  return numbers;
}

void check_machine(const definition_ptr& plan, std::string_view bytes) {
  test::world it{plan, numbers_in(bytes)};
  while (const auto what = it.next_event())
    (void)take_checked(it, *what);
  expect(it.comes_to_an_end(), "left alone with answering participants it ends");
}

} // namespace

void definition(std::string_view bytes) {
  const auto parts = parts_of(bytes, 3);
  const auto plan = parse_definition(parts[0]);
  if (!plan) {
    for (const field_error& fault : plan.error().fields)
      expect(!fault.message.empty(), "every fault says what is wrong");
    return;
  }
  check_printed(**plan);
  check_simulation(*plan, parts[1]);
  check_machine(*plan, parts[2]);
}

} // namespace sagas::fuzz
