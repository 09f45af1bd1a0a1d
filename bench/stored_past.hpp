// A long past, written through a store: many ended sagas, evenly spread.
#pragma once

#include <cstdint>

#include "bench/database.hpp"
#include "saga/time.hpp"

namespace sagas::bench {

inline constexpr milliseconds past = std::chrono::hours{30 * 24};

/// Writes `sagas` ended ones, numbered from 0, one started every `apart` from `begin` on; each
/// takes less than half a second.
stored_content write_past(store& to, std::uint64_t sagas, timestamp begin, milliseconds apart);

/// Adds sagas that were paused at `at`, numbered behind `content`'s; returns it with them.
stored_content pause_some(store& in, stored_content content, timestamp at);

} // namespace sagas::bench
