// What a chaos run has found, for people and as JSON.
#pragma once

#include <string>

#include "chaos/run.hpp"

namespace sagas::chaos {

enum exit_code : int {
  exit_passed = 0,
  exit_broken = 1, ///< a promise was broken
  exit_usage = 2,
  exit_not_run = 3,
  exit_void = 4, ///< too little happened: the run proves nothing
};
exit_code verdict_of(const outcome& of);

std::string as_text(const outcome& of);
std::string as_json(const outcome& of);

} // namespace sagas::chaos
