// What the care of a database tells, whichever kind it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sagas {

struct database_findings {
  std::uint32_t version = 0;       ///< of the schema
  std::vector<std::string> faults; ///< of the file or the tables themselves; the first 100
};

/// A way between two versions of the schema.
struct schema_step {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
};

} // namespace sagas
