// What a process holds: to tell whether it gives back what it took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace sagas::chaos {

struct footprint {
  std::uint64_t memory_mib = 0;
  std::uint64_t descriptors = 0;
  std::uint64_t threads = 0;
};

/// Nothing when there is no such process.
std::optional<footprint> footprint_of(pid_t process);

/// What may remain of a load: an allocator's slack, and what grows with the stored data. Measured
/// runs stay below half of it.
bool is_near(const footprint& now, const footprint& idle);

std::string as_text(const footprint& what);

} // namespace sagas::chaos
