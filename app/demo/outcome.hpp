// What a demo has found, for people and as JSON.
#pragma once

#include <cstddef>
#include <string>

#include "app/audit/audit.hpp"
#include "app/demo/verdict.hpp"

namespace sagas::demo {

struct outcome {
  std::size_t campaigns = 0;
  std::size_t connections = 0;
  verdict ends;
  audit::report audited;
  std::uint64_t in_flight_at_kill = 0;
  double recovery_s = 0; ///< from the kill until starts were accepted again
  std::string url;
  std::string folder;

  bool good() const { return ends.faults.empty() && audited.violations_total == 0; }
};

/// @param colours for a terminal
std::string as_text(const outcome& of, bool colours);
std::string as_json(const outcome& of);

} // namespace sagas::demo
