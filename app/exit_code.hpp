// What the process tells the shell; documented in --help, so never renumbered.
#pragma once

namespace sagas {

enum exit_code : int {
  exit_ok = 0,
  exit_negative = 1,   ///< it worked, and the answer is a failure: the saga ended undone, ...
  exit_usage = 2,      ///< wrong flags, configuration or input
  exit_server = 3,     ///< the server could not be reached, refused, or could not run
  exit_not_found = 4,  ///< no such saga, step or definition
  exit_conflict = 5,   ///< the saga's state forbids it
  exit_unfinished = 6, ///< the wait ended before the saga did
};

} // namespace sagas
