// sagas demo: thousands of campaigns against a real server that is killed in the middle, and the
// proof that none of them was lost or ended wrongly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sagas::demo {

struct demo_options {
  std::size_t campaigns = 2'000;
  std::size_t connections = 64;
  std::string folder = {}; ///< for its files; empty: a new one among the temporary files
  std::uint16_t port = 0;  ///< 0: a free one
  bool exit = false;       ///< leave when done, instead of serving on
  bool json = false;
};

/// Runs it. Blocks SIGINT and SIGTERM: call before any thread exists.
/// @returns the exit code: 0; 1 when a saga is missing or wrong; 3 when it could not run
int demo(const demo_options& options);

} // namespace sagas::demo
