#include "testkit/world.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "saga/definition_json.hpp"
#include "saga/quiet.hpp"
#include "testkit/scripted_services.hpp"

namespace sagas::testkit {
namespace {

std::string in_words(const failure& why) {
  std::string text = why.message;
  for (const field_error& fault : why.fields)
    text += "; " + fault.pointer + ": " + fault.message;
  return text;
}

template <class T>
T value_of(result<T> read) {
  if (!read)
    throw std::runtime_error{in_words(read.error())};
  return std::move(*read);
}

struct asked_start {
  document input;
  bool asked = false; // of the engine that runs now
  std::optional<saga_id> id;
  std::optional<failure> refused;
};

} // namespace

struct world::parts {
  explicit parts(definition_ptr of) : plan(std::move(of)) { definitions.add(plan); }

  void open();
  void crash();
  void settle();
  bool ask_starts();
  bool run_until(timestamp until, bool to_the_end);
  void deliver_replies();
  bool all_ended() const;
  saga_status status_of(const saga_id& id) const;
  std::optional<failure> commit_begins();
  std::optional<failure> commit_ended();
  void answer(const call& what, participant::answer to);

  static constexpr timestamp begun{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  timestamp now = begun;
  definition_ptr plan;
  definition_registry definitions;
  std::shared_ptr<memory_tables> tables = make_memory_tables();
  std::unique_ptr<queries> reads = open_memory_queries(tables);
  quiet_feed feed;
  quiet_telemetry figures;
  quiet_logger log;

  scripted_services scripted;
  std::map<std::string, std::shared_ptr<participant>> served; // by others
  std::vector<call> calls;
  std::multimap<timestamp, std::function<void()>> replies; // on their way

  std::vector<std::shared_ptr<asked_start>> starts;
  std::size_t commits = 0;
  std::size_t crashes = 0;
  std::size_t crash_commit = 0; // 0: none
  bool crash_stored = false;
  bool dead = false; // crashed, and not opened again yet
  std::optional<failure> fatal;
  std::unique_ptr<engine> process; // last: it uses the rest
};

namespace {

// All microservicios of a world.
class front final : public participant {
public:
  explicit front(std::function<void(const call&, answer)> to) : to_(std::move(to)) {}
  void invoke(const call& what, answer reply) override { to_(what, std::move(reply)); }

private:
  const std::function<void(const call&, answer)> to_;
};

} // namespace

// -- one process after the other ------------------------------------------------------------------

void world::parts::open() {
  dead = false;
  const commit_hooks hooks{[this](std::span<const changes>) { return commit_begins(); },
                           [this](std::span<const changes>) { return commit_ended(); }};
  process = std::make_unique<engine>(
    engine_config{.policy = scheduling::manual},
    engine_parts{.storages = only(open_memory_store(tables, hooks)),
                 .definitions = definitions,
                 .feed = feed,
                 .figures = figures,
                 .log = log,
                 .clock = [this] { return now; },
                 .on_fatal = [this](const failure& why) { fatal = why; }});
  const auto all = std::make_shared<front>(
    [this](const call& what, participant::answer to) { answer(what, std::move(to)); });
  for (const step_definition& step : plan->steps)
    process->add_participant(step.service, "actor", all, {.workers = 0});
  value_of(process->open());
}

// Answers that were on their way to it are lost; who asked it for a start asks the next one.
void world::parts::crash() {
  dead = true;
  ++crashes;
  replies.clear();
  process.reset();
  fatal.reset();
  for (const auto& start : starts) {
    start->refused.reset();
    start->asked = start->id.has_value();
  }
  open();
}

std::optional<failure> world::parts::commit_begins() {
  if (!dead && ++commits == crash_commit && !crash_stored)
    dead = true;
  return dead ? std::optional{failure{errc::unavailable, "crashed before the commit"}}
              : std::nullopt;
}

std::optional<failure> world::parts::commit_ended() {
  dead = dead || (commits == crash_commit && crash_stored);
  return dead ? std::optional{failure{errc::unknown_outcome, "crashed behind the commit"}}
              : std::nullopt;
}

// -- what happens ---------------------------------------------------------------------------------

void world::parts::answer(const call& what, participant::answer to) {
  if (dead)
    return;
  calls.push_back(what);
  if (const auto other = served.find(what.step().service); other != served.end())
    return other->second->invoke(what, std::move(to));
  reply said = scripted.ask(what);
  if (!said.answers)
    return;
  if (said.what.kind == outcome_kind::still_running)
    said.what.ask_at = now + said.latency + said.ask_in;
  replies.emplace(now + said.latency,
                  [to = std::move(to), how = std::move(said.what)] { to(how); });
}

bool world::parts::ask_starts() {
  if (!process->node().accepting)
    return false;
  bool any = false;
  for (std::size_t i = 0; i < starts.size(); ++i)
    if (const auto start = starts[i]; !std::exchange(start->asked, true)) {
      any = true;
      process->start({.plan = plan,
                      .input = start->input,
                      .once = idempotency{"start-" + std::to_string(i + 1), "the same"}},
                     [start](const result<started>& told) {
                       if (told)
                         start->id = told->id;
                       else
                         start->refused = told.error();
                     });
    }
  return any;
}

void world::parts::deliver_replies() {
  while (!replies.empty() && replies.begin()->first <= now) {
    const auto reply = std::move(replies.begin()->second);
    replies.erase(replies.begin());
    reply();
  }
}

// Until nothing is left to do at the present time.
void world::parts::settle() {
  for (bool more = true; more;) {
    if (dead) {
      crash();
    } else if (process->runnable() > 0) {
      process->run_one();
    } else {
      deliver_replies();
      process->fire_timers();
      more = ask_starts() || process->runnable() > 0;
    }
    if (fatal && !dead) // what a dead one says means nothing
      throw std::runtime_error{"the engine has stopped: " + in_words(*fatal)};
  }
  for (const auto& start : starts)
    if (start->refused)
      throw std::runtime_error{"a start was refused: " + in_words(*start->refused)};
}

bool world::parts::run_until(timestamp until, bool to_the_end) {
  for (;;) {
    settle();
    if (to_the_end && all_ended())
      return true;
    std::optional<timestamp> next = process->fire_timers();
    if (!replies.empty() && (!next || replies.begin()->first < *next))
      next = replies.begin()->first;
    if (!next || *next > until)
      return false;
    now = std::max(now, *next);
  }
}

saga_status world::parts::status_of(const saga_id& id) const {
  const auto found = value_of(reads->status_of(id));
  if (!found)
    throw std::logic_error{"no such saga"};
  return *found;
}

bool world::parts::all_ended() const {
  return std::all_of(starts.begin(), starts.end(), [&](const auto& start) {
    return start->id && is_terminal(status_of(*start->id));
  });
}

// -- the world ------------------------------------------------------------------------------------

namespace {

void check_step(const definition& plan, const std::string& step) {
  if (!plan.find_step(step))
    throw std::invalid_argument{plan.type + " has no step " + step};
}

} // namespace

world::world(definition_ptr plan) : parts_(std::make_unique<parts>(std::move(plan))) {
  parts_->open();
  parts_->settle();
}

world::~world() = default;

void world::action(const std::string& step, std::vector<reply> replies) {
  check_step(*parts_->plan, step);
  parts_->scripted.tell(step, operation::action, std::move(replies));
}

void world::undo(const std::string& step, std::vector<reply> replies) {
  check_step(*parts_->plan, step);
  parts_->scripted.tell(step, operation::compensation, std::move(replies));
}

void world::serve(const std::string& service, std::shared_ptr<participant> by) {
  const auto& steps = parts_->plan->steps;
  if (std::none_of(steps.begin(), steps.end(),
                   [&](const step_definition& step) { return step.service == service; }))
    throw std::invalid_argument{"no step of " + parts_->plan->type + " is served by " + service};
  parts_->served[service] = std::move(by);
}

run world::start(std::string_view entrada) {
  auto input = prepare_input(*parts_->plan, entrada);
  if (!input)
    throw std::invalid_argument{in_words(input.error())};
  parts_->starts.push_back(std::make_shared<asked_start>());
  parts_->starts.back()->input = std::move(*input);
  parts_->settle();
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
  for (const step_definition& step : world_->parts_->plan->steps)
    if (world_->parts_->scripted.in_force(id(), step.name))
      names.push_back(step.name);
  return names;
}

std::string run::output(const std::string& step) const {
  check_step(*world_->parts_->plan, step);
  document said;
  for (const step_view& view : value_of(world_->parts_->reads->steps(id())))
    if (view.name == step && view.row.op == operation::action
        && view.row.status == step_status::completed)
      said = view.row.output;
  return std::string{said.text()};
}

} // namespace sagas::testkit
