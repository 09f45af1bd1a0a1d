// Time zones from the system's zone data (tzdata), read by abseil.
#pragma once

#include "saga/time_zone.hpp"

namespace sagas {

/// A zone by its name in the IANA data; "UTC" is there without data. Thread-safe; what was read
/// once stays in memory.
/// @returns errc::invalid_input when there is no such zone, or no data, with the remedy
result<time_zone_ptr> find_time_zone(const std::string& name);

} // namespace sagas
