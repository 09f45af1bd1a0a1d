// How a run ends: without faults, and with an operator who decides.
#include "tests/simulation/world.hpp"

namespace sagas::sim {
namespace {

constexpr int rounds_max = 3'000;
constexpr std::chrono::hours healing_max{1}; // the stated time of V1

std::string text_of(const saga_version& of) {
  return to_text(of.rows.header.id) + " is " + to_text(of.rows.header.status);
}

} // namespace

bool world::all_ended() const {
  for (const auto& [id, last] : around_.tables.last)
    if (!is_terminal(last.rows.header.status))
      return false;
  return !around_.wires.has_calls() && !around_.wires.has_replies();
}

// Parked and paused sagas get one decision each.
void world::decide_at_random(std::minstd_rand& random) {
  for (const auto& [id, last] : around_.tables.last) {
    const saga_status status = last.rows.header.status;
    if (status != saga_status::parked && status != saga_status::paused)
      continue;
    saga_command what{
      saga_command::kind::resume, {}, {}, document{"{\"a_mano\":1}"}, {"ana", "al final"}};
    const definition& plan = on_.seen.plan_of(last.rows.header);
    const auto stuck = stuck_step(plan, last.rows);
    if (status == saga_status::parked && stuck) {
      what.what = saga_command::kind::decide;
      what.step = plan.steps[*stuck].name;
      what.decided = static_cast<decision>(random() % 4);
    }
    on_.say("the operator decides about " + to_text(id).substr(24) + " " + what.step + ": "
            + (stuck ? to_text(what.decided) : "reanudar"));
    node_->command(id, what);
  }
}

// False when there is nothing left that could happen.
bool world::one_healing_round(std::minstd_rand& random) {
  settle();
  if (around_.wires.has_calls() || around_.wires.has_replies()) {
    while (around_.wires.has_replies())
      around_.wires.reply();
    while (around_.wires.has_calls())
      around_.wires.deliver();
    return true;
  }
  const auto next = node_->fire_timers();
  if (node_->runs().runnable() > 0)
    return true;
  decide_at_random(random);
  if (!next)
    return node_->runs().runnable() > 0;
  on_.now = std::max(on_.now, *next);
  on_.say("time: " + to_iso(on_.now).substr(11));
  node_->fire_timers();
  return true;
}

bool world::all_answered() const {
  const auto waits = [this](const auto& asked) {
    return asked.node == node_->index() && asked.answers.empty();
  };
  return std::none_of(on_.seen.starts.begin(), on_.seen.starts.end(), waits)
         && std::none_of(on_.seen.commands.begin(), on_.seen.commands.end(), waits);
}

void world::let_go_on(std::minstd_rand& random, const std::function<bool()>& until) {
  const timestamp limit = on_.now + healing_max + 2 * std::chrono::minutes{on_.with.clock_skew};
  for (int i = 0; i < rounds_max && on_.now < limit && !until(); ++i)
    if (!one_healing_round(random))
      return;
}

bool world::heal() {
  on_.say("== the faults end");
  on_.faulty = false;
  on_.choose = chooser{{}};
  zombie_ = nullptr;
  std::minstd_rand random{on_.with.healing + 1};
  let_go_on(random,
            [this] { return all_ended() && all_answered() && node_->runs().runnable() == 0; });
  on_.seen.healed = all_ended();
  return on_.seen.healed;
}

std::optional<violation> world::check_quiet() {
  for (const auto& [id, last] : around_.tables.last)
    if (!is_terminal(last.rows.header.status))
      return violation{"V1", text_of(last) + " though the faults have ended"};
  std::minstd_rand random{1};
  let_go_on(random, [] { return false; }); // the deadlines of calls that were never answered
  const node_info about = node_->runs().node();
  if (about.active_sagas != 0 || about.queued_commits != 0 || node_->figures().sagas_now != 0
      || node_->figures().commits_now != 0)
    return violation{"V4", "the gauges do not return to zero: " + std::to_string(about.active_sagas)
                             + " sagas, " + std::to_string(about.queued_commits) + " commits"};
  for (const participant_info& who : node_->runs().participants())
    if (who.in_flight != 0)
      return violation{"V4", who.service + " still has calls in flight"};
  return std::nullopt;
}

// V2: the last operation succeeds; R2: opening once more has changed nothing that had ended.
std::optional<violation> world::look_back() {
  if (auto found = check_quiet())
    return found;
  const std::size_t versions = on_.seen.versions.size();
  rise();
  settle();
  if (on_.seen.versions.size() != versions)
    return violation{"R2", "opening once more has changed sagas that had ended"};
  const std::size_t last = on_.seen.starts.size();
  start();
  std::minstd_rand random{1};
  let_go_on(random, [this, last] { return !on_.seen.starts[last].ends.empty(); });
  if (on_.seen.starts[last].ends.empty())
    return violation{"V2", "the last start does not end"};
  return check_reads(on_.seen, around_.tables, on_.now);
}

} // namespace sagas::sim
