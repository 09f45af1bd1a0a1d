#include <algorithm>

#include "saga/child.hpp"
#include "saga/definition_json.hpp"
#include "testkit/world_parts.hpp"

namespace sagas::testkit {
namespace {

void check(bool has, const definition& plan, const std::string& step) {
  if (!has)
    throw std::invalid_argument{plan.type + " has no step " + step};
}

} // namespace

world::world(const definition_ptr& plan) : parts_(std::make_unique<parts>(plan)) {
  parts_->open();
  parts_->settle();
}

world::~world() = default;

void world::action(const std::string& step, std::vector<reply> replies) {
  check(parts_->has_step(step), *parts_->plans.front(), step);
  parts_->scripted.tell(step, operation::action, std::move(replies));
}

void world::undo(const std::string& step, std::vector<reply> replies) {
  check(parts_->has_step(step), *parts_->plans.front(), step);
  parts_->scripted.tell(step, operation::compensation, std::move(replies));
}

void world::know(const definition_ptr& other) {
  parts_->know(other);
  parts_->serve(*other);
}

void world::serve(const std::string& service, std::shared_ptr<participant> by) {
  const auto is_its = [&](const step_definition& step) { return step.service == service; };
  const auto asks = [&](const definition_ptr& plan) {
    return std::any_of(plan->steps.begin(), plan->steps.end(), is_its);
  };
  if (std::none_of(parts_->plans.begin(), parts_->plans.end(), asks))
    throw std::invalid_argument{"no step of " + parts_->plans.front()->type + " is served by "
                                + service};
  parts_->served[service] = std::move(by);
}

run world::start(std::string_view entrada) {
  const definition_ptr& plan = parts_->plans.front();
  auto input = prepare_input(*plan, entrada);
  if (!input)
    throw std::invalid_argument{in_words(input.error())};
  parts_->starts.push_back(std::make_shared<asked_start>());
  parts_->starts.back()->plan = plan;
  parts_->starts.back()->input = std::move(*input);
  parts_->settle(false); // so that sagas which are started one behind the other run at once
  return {*this, parts_->starts.size() - 1};
}

run world::child(const run& parent, const std::string& step) {
  const auto id = value_of(parts_->reads->started_with(child_key(parent.id(), step)));
  if (!id)
    throw std::logic_error{"the step " + step + " has begun no saga yet"};
  const saga_header header = value_of(parts_->reads->saga(*id)).value().header;
  const auto made = std::make_shared<asked_start>();
  made->plan = parts_->definitions.find(header.type, header.version);
  made->id = *id;
  made->asked = true;
  parts_->starts.push_back(made);
  return {*this, parts_->starts.size() - 1};
}

result<saga_status> world::command(const run& which, saga_command what) {
  const auto told = std::make_shared<std::optional<result<saga_status>>>();
  parts_->process->command(which.id(), std::move(what),
                           [told](result<saga_status> how) { *told = std::move(how); });
  parts_->settle();
  if (!*told)
    return {errc::unknown_outcome, "it has not been answered"};
  return **told;
}

bool world::run_to_end(milliseconds limit) { return parts_->run_until(parts_->now + limit, true); }

void world::pass(milliseconds time) {
  const timestamp until = parts_->now + time;
  parts_->run_until(until, false);
  parts_->now = until;
  parts_->settle();
}

void world::crash() {
  parts_->crash();
  parts_->settle();
}

void world::crash_at(std::size_t commit, bool stored) {
  parts_->crash_commit = commit;
  parts_->crash_stored = stored;
}

std::vector<run> world::runs() const {
  std::vector<run> all;
  for (std::size_t i = 0; i < parts_->starts.size(); ++i)
    all.push_back({*this, i});
  return all;
}

std::size_t world::commits() const { return parts_->commits; }
std::size_t world::crashes() const { return parts_->crashes; }
milliseconds world::elapsed() const { return parts_->now - parts::begun; }

// -- a run ----------------------------------------------------------------------------------------

saga_id run::id() const {
  const auto& start = world_->parts_->starts[number_];
  if (!start->id)
    throw std::logic_error{"its start is not stored yet: let time pass"};
  return *start->id;
}

saga_status run::status() const { return world_->parts_->status_of(id()); }

std::string run::told() const {
  std::string text;
  for (const call& what : world_->parts_->calls) {
    if (what.saga != id())
      continue;
    text += text.empty() ? "" : " ";
    text += what.request.op == operation::compensation ? "-" : "";
    text += what.step().name;
  }
  return text;
}

std::vector<std::string> run::in_force() const {
  std::vector<std::string> names;
  for (const step_definition& step : world_->parts_->starts[number_]->plan->steps)
    if (world_->parts_->scripted.in_force(id(), step.name))
      names.push_back(step.name);
  return names;
}

std::string run::output(const std::string& step) const {
  const definition& plan = *world_->parts_->starts[number_]->plan;
  check(plan.find_step(step).has_value(), plan, step);
  document said;
  for (const step_view& view : value_of(world_->parts_->reads->steps(id())))
    if (view.name == step && view.row.op == operation::action
        && view.row.status == step_status::completed)
      said = view.row.output;
  return std::string{said.text()};
}

} // namespace sagas::testkit
