// The checks, in the order in which they run. Inside http/conformance/.
#pragma once

#include <vector>

#include "http/conformance/examination.hpp"

namespace sagas::http::conformance {

struct check {
  const char* name;
  const char* title;
  const char* right;
  const char* mend;
  void (*run)(examination&);
  /// Why it can't be run against this target; none: it can.
  const char* (*skip)(const target&) = nullptr;
};

// The first of all: what the others build on.
extern const check first_check;
std::vector<check> checks_of_duplicates();
std::vector<check> checks_of_undos();
std::vector<check> checks_of_callers();
extern const check last_check; // the service is another process behind it

/// Why a check that undoes can't be run; none: it can.
const char* skip_without_undo(const target& of);

} // namespace sagas::http::conformance
