#include "tests/simulation/world.hpp"

#include <numeric>

namespace sagas::sim {
namespace {

constexpr int openings_max = 50;

} // namespace

world::world(stage& on, const makers& made) : on_(on), around_(on, made) {
  for (const definition_ptr& plan : on.with.plans)
    on.seen.plans[{plan->type, plan->version}] = plan;
  rise();
}

void world::rise() {
  for (int i = 0; i < openings_max; ++i) {
    node_ = nullptr; // it is gone before the next one opens
    node_ = std::make_unique<node>(around_);
    if (node_->open())
      return;
  }
  on_.faulty = false; // a fault at every opening is no world to live in
  node_ = std::make_unique<node>(around_);
  SAGAS_ASSERT(node_->open());
}

void world::suffer(const std::vector<step_choices>& steps) {
  for (const step_choices& numbers : steps) {
    on_.choose = chooser{numbers};
    act();
    if (node_->is_over()) {
      ++on_.reached["crashes"];
      rise();
    }
  }
}

void world::act() {
  if (zombie_ && on_.choose.one_in(3))
    return let_zombie_go_on();
  if (!try_deed(draw_deed()))
    wait();
}

deed world::draw_deed() {
  const auto& weights = on_.with.weights;
  auto at = on_.choose.below(std::accumulate(weights.begin(), weights.end(), 0U));
  std::size_t which = 0;
  while (at >= weights[which])
    at -= weights[which++];
  return static_cast<deed>(which);
}

bool world::try_deed(deed what) {
  switch (what) {
  case deed::settle: settle(); return true;
  case deed::run_one:
    if (const std::size_t count = node_->runs().runnable(); count > 0)
      return node_->runs().run_one(on_.choose.below(static_cast<std::uint32_t>(count))), true;
    break;
  case deed::deliver:
    if (around_.wires.has_calls())
      return around_.wires.deliver(), true;
    break;
  case deed::reply:
    if (around_.wires.has_replies())
      return around_.wires.reply(), true;
    break;
  case deed::wait: break;
  case deed::start:
    if (on_.seen.starts.size() < on_.with.sagas_max)
      return start(), true;
    break;
  case deed::steer: steer(); return true;
  case deed::crash: crash(); return true;
  case deed::register_plan: register_plan(); return true;
  }
  return false;
}

void world::settle() {
  while (!node_->is_over() && node_->runs().runnable() > 0)
    node_->runs().run_one();
}

// To the next timer, or by some seconds.
void world::wait() {
  const auto next = node_->fire_timers();
  if (next && !on_.choose.one_in(4))
    on_.now = std::max(on_.now, *next);
  else
    on_.now += milliseconds{on_.choose.below(6'000)};
  on_.say("time: " + to_iso(on_.now).substr(11));
  node_->fire_timers();
}

// A pause of the process looks like a crash to all others.
void world::crash() {
  ++on_.reached["crashes"];
  if (on_.strikes(on_.with.zombie_survives)) {
    ++on_.reached["zombies"];
    zombie_ = std::move(node_);
    zombie_steps_ = 3 + on_.choose.below(30);
  }
  rise();
}

void world::let_zombie_go_on() {
  engine& runs = zombie_->runs();
  if (const std::size_t count = runs.runnable(); count > 0)
    runs.run_one(on_.choose.below(static_cast<std::uint32_t>(count)));
  else
    zombie_->fire_timers();
  if (zombie_->is_over() || --zombie_steps_ == 0)
    zombie_ = nullptr;
}

node& world::talks_to() { return zombie_ && on_.choose.one_in(4) ? *zombie_ : *node_; }

} // namespace sagas::sim
