// What this process asks of the operating system: limits, signals, its own usage.
#pragma once

#include <cstdint>
#include <optional>

#include "saga/time.hpp"

namespace sagas {

/// Files that only their owner reads, no core dumps (they would hold payloads and secrets), as many
/// descriptors as the system allows. Call first thing in main.
void harden_process();

/// Blocks SIGINT and SIGTERM in this thread and all that it will start, so that wait_for_signal()
/// gets them; and ignores SIGPIPE. Call before any thread exists.
void take_signals();

/// Ignores SIGPIPE: whoever writes to a connection that the other side has closed gets an error.
void outlive_closed_connections();

/// Waits for SIGINT or SIGTERM; nothing when `limit` passes first.
std::optional<int> wait_for_signal(milliseconds limit);

/// From now on SIGINT and SIGTERM end the process at once, with exit code 128 + signal.
void end_at_next_signal();

struct process_usage {
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_descriptors = 0;
};
process_usage usage_of_this_process();

} // namespace sagas
