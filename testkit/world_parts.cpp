#include "testkit/world_parts.hpp"

#include <algorithm>

namespace sagas::testkit {
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

std::string in_words(const failure& why) {
  std::string text = why.message;
  for (const field_error& fault : why.fields)
    text += "; " + fault.pointer + ": " + fault.message;
  return text;
}

void world::parts::know(const definition_ptr& what) {
  plans.push_back(what);
  definitions.add(what);
}

bool world::parts::has_step(const std::string& name) const {
  return std::any_of(plans.begin(), plans.end(),
                     [&](const definition_ptr& plan) { return plan->find_step(name).has_value(); });
}

void world::parts::serve(const definition& what) {
  const auto all = std::make_shared<front>(
    [this](const call& asked, participant::answer to) { answer(asked, std::move(to)); });
  for (const step_definition& step : what.steps)
    process->add_participant(step.service, "actor", all, {.workers = 0});
}

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
  children = std::make_shared<child_sagas>(child_sagas::ports{
    .engine = *process, .reads = *reads, .definitions = definitions, .clock = [this] {
      return now;
    }});
  for (const definition_ptr& plan : plans)
    serve(*plan);
  value_of(process->open());
}

// Answers that were on their way to it are lost; who asked it for a start asks the next one.
void world::parts::crash() {
  dead = true;
  ++crashes;
  replies.clear();
  children->close();
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
  if (what.step().child)
    return children->invoke(what, std::move(to));
  if (const auto other = served.find(what.step().service); other != served.end())
    return other->second->invoke(what,
                                 [this, to](outcome how) { reply_at(now, to, std::move(how)); });
  reply said = scripted.ask(what);
  if (!said.answers)
    return;
  if (said.what.kind == outcome_kind::still_running)
    said.what.ask_at = now + said.latency + said.ask_in;
  reply_at(now + said.latency, std::move(to), std::move(said.what));
}

void world::parts::reply_at(timestamp when, participant::answer to, outcome how) {
  replies.emplace(when, [to = std::move(to), how = std::move(how)] { to(how); });
}

bool world::parts::ask_starts() {
  if (!process->node().accepting)
    return false;
  bool any = false;
  for (std::size_t i = 0; i < starts.size(); ++i)
    if (const auto start = starts[i]; !std::exchange(start->asked, true)) {
      any = true;
      process->start({.plan = start->plan,
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

// Until nothing is left to do at the present time; not hearing: but for the answers that have come.
void world::parts::settle(bool hearing) {
  for (bool more = true; more;) {
    if (dead) {
      crash();
    } else if (process->runnable() > 0) {
      process->run_one();
    } else {
      if (hearing)
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

} // namespace sagas::testkit
