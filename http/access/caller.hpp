// Who asks, as far as a key tells.
#pragma once

#include <cstdint>
#include <string>

namespace sagas::http {

/// How much a key may start; 0: no limit of its own.
struct start_quota {
  double rate = 0;           ///< sagas a second, over time
  std::uint32_t burst = 0;   ///< how many at once beyond it; 0: as many as a second brings
  std::uint32_t at_once = 0; ///< starts that are not durable yet

  bool operator==(const start_quota&) const = default;
};

struct caller {
  std::string name = {}; ///< of the key; empty without one
  start_quota starts = {};
};

} // namespace sagas::http
