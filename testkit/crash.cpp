#include "testkit/crash.hpp"

#include <stdexcept>

namespace sagas::testkit {

std::size_t crash_everywhere(const definition_ptr& plan, const scenario& what,
                             const verdict_on& check) {
  world calm{plan};
  what(calm);
  calm.run_to_end();
  check(calm, "no crash");
  std::size_t tried = 0;
  for (std::size_t commit = 1; commit <= calm.commits(); ++commit)
    for (const bool stored : {false, true}) {
      const std::string where = std::string{stored ? "behind" : "before"} + " commit "
                                + std::to_string(commit) + " of " + std::to_string(calm.commits());
      world rough{plan};
      rough.crash_at(commit, stored);
      what(rough);
      rough.run_to_end();
      if (rough.crashes() == 0)
        throw std::logic_error{"the scenario took another way: it never came " + where};
      check(rough, where);
      ++tried;
    }
  return tried;
}

} // namespace sagas::testkit
