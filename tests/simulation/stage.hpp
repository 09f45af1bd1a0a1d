// What all parts of one run share: the time, the order, the choices of the present step, the
// history and a journal for people.
#pragma once

#include <functional>
#include <string>

#include "tests/simulation/history.hpp"
#include "tests/simulation/settings.hpp"
#include "tests/simulation/tape.hpp"

namespace sagas::sim {

/// How often what was really reached, by name; a campaign of seeds without it proves nothing.
using counters = std::map<std::string, std::uint64_t>;

/// What the parts of one process know of its end.
struct life {
  std::size_t node = 0; ///< index of its node_life
  bool over = false;    ///< it has crashed: whatever it still does happens no more
  /// Lets everybody else in the process go on for a while, and the other writers commit.
  std::function<void()> meanwhile = [] {};
};

struct stage {
  explicit stage(settings drawn) : with(std::move(drawn)) {}

  moment tick() { return ++ticks; }
  void say(const std::string& line) {
    if (journal)
      journal(line);
  }

  settings with;
  history seen;
  counters reached;
  chooser choose{{}};
  timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}};
  moment ticks = 0;
  bool faulty = true;                              ///< false once the faults have ended
  std::function<void(const std::string&)> journal; ///< none: nobody reads

  /// A fault of this rate, now.
  bool strikes(std::uint32_t per_mille) { return faulty && choose.per_mille(per_mille); }
};

} // namespace sagas::sim
