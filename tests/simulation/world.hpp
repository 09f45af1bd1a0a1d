// One run: random deeds one after another, then the faults end and everything has to.
#pragma once

#include <memory>
#include <vector>

#include "tests/simulation/node.hpp"
#include "tests/simulation/tape.hpp"

namespace sagas::sim {

class world {
public:
  /// `on` must outlive it, and is filled.
  world(stage& on, const makers& made);

  /// Random deeds, one for each of the tape's steps.
  void suffer(const std::vector<step_choices>& steps);
  /// No fault any more, services that answer, and an operator who decides: until all has ended and
  /// nothing is on its way. False when that does not come.
  bool heal();
  /// What a quiet node must look like, and that the last operations succeed; nothing when all is
  /// well.
  std::optional<violation> look_back();

private:
  std::optional<violation> check_quiet();
  void act();
  deed draw_deed();
  bool try_deed(deed what);
  void settle();
  void wait();
  void start();
  void steer();
  void crash();
  void register_plan();
  /// Opens nodes until one stays.
  void rise();
  void let_zombie_go_on();
  void decide_at_random(std::minstd_rand& random);
  bool one_healing_round(std::minstd_rand& random);
  bool all_ended() const;
  bool all_answered() const;
  void let_go_on(std::minstd_rand& random, const std::function<bool()>& until);
  const saga_version* pick_saga();
  node& talks_to();

  stage& on_;
  surroundings around_;
  std::unique_ptr<node> node_;
  std::unique_ptr<node> zombie_; ///< the one before, when it goes on behind the other's back
  std::uint32_t zombie_steps_ = 0;
  std::shared_ptr<bool> newest_known_ = std::make_shared<bool>(false); ///< is registered
};

/// Whether readers are shown what the rows say.
std::optional<violation> check_reads(const history& seen, watched_tables& tables, timestamp now);

/// The step that a parked saga waits for a decision about; nothing when resuming it is enough.
std::optional<std::size_t> stuck_step(const definition& plan, const stored_saga& rows);

} // namespace sagas::sim
