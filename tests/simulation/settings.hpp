// What one run is made of: each seed draws definitions, rates of faults and bounds of its own, so
// that rare mixtures come up which one fixed mixture never reaches.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "actors/engine.hpp"
#include "saga/definition.hpp"
#include "tests/simulation/tape.hpp"

namespace sagas::sim {

/// What may happen in a step.
enum class deed : std::uint8_t {
  settle,  ///< everything that can run does
  run_one, ///< one message of one actor
  deliver, ///< a call reaches its service, and its answer may leave
  reply,   ///< an answer on its way arrives
  wait,    ///< time passes
  start,
  steer, ///< cancel, pause, resume, decide
  crash,
  register_plan,
};
inline constexpr std::size_t deed_count = 9;

/// Rates are in a thousand.
struct settings {
  std::vector<definition_ptr> plans; ///< the last is not known from the beginning
  std::uint32_t sagas_max = 1;
  std::array<std::uint32_t, deed_count> weights{};
  // Of a commit.
  std::uint32_t commit_fails = 0;
  std::uint32_t store_is_slow = 0; ///< others go on while it answers
  std::uint32_t reading_fails = 0;
  std::uint32_t clock_skew = 0;      ///< in minutes: a node's clock is wrong by that at most
  std::uint32_t zombie_survives = 0; ///< a crash is a pause: the old engine goes on for a while
  // Of a call over the network.
  std::uint32_t call_lost = 0;
  std::uint32_t call_doubled = 0;
  std::uint32_t breaks = 0;
  std::uint32_t refuses = 0;
  std::uint32_t undo_breaks = 0;
  std::uint32_t still_running = 0;
  std::uint32_t reply_lost = 0;
  std::uint32_t reply_poisoned = 0; ///< its output can't be stored
  std::uint32_t reply_doubled = 0;
  std::uint32_t key_repeated = 0; ///< of a start: with the idempotency key of an earlier one
  std::uint32_t ledger_fails = 0;
  participant_limits limits; ///< of each service behind the network
  injection_rules stand_ins; ///< of the services that are actors
  std::size_t writers = 1;
  engine_config engine;
  std::uint32_t healing = 0; ///< seeds the decisions of the operator at the end
};

settings draw_settings(chooser from);

/// Services of this name are stand-in actors; every other one is behind the network.
inline bool is_actor(std::string_view service) { return service.starts_with("actor"); }
inline const std::vector<std::string>& all_services() {
  static const std::vector<std::string> names{"red_a", "red_b", "actor_a", "actor_b"};
  return names;
}

} // namespace sagas::sim
