// Counts what a run has reached, saga by saga.
#pragma once

#include <set>

#include "app/audit/audit.hpp"
#include "app/audit/evidence.hpp"

namespace sagas::audit {

class tally {
public:
  void add(const saga_case& saga);
  reached counts() const;

private:
  void add_lines(const saga_case& saga);
  void add_steps(const saga_case& saga);

  reached counts_;
  std::set<std::int64_t> epochs_;
};

} // namespace sagas::audit
