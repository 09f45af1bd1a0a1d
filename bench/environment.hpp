// Where the figures come from: the machine, its disk, the revision.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>

#include "bench/context.hpp"

namespace sagas::bench {

/// {"git","cpu","cores","memory_gib","kernel","compiled_by","disk_fdatasync_median_ms","date"}.
/// Fails when `scratch` lies in memory: there a durable commit costs nothing.
json describe_environment(const std::filesystem::path& scratch);

/// The median time to append 4 KiB to a file there and wait for the disk: no commit can be faster.
double disk_wait_ms(const std::filesystem::path& scratch);

/// Processor time that a process has used, all its threads together.
std::chrono::duration<double> cpu_time_of(::pid_t process);

/// Memory of a process in MiB: what it holds now, or held at most ("VmRSS", "VmHWM").
double memory_mib_of(::pid_t process, const std::string& kind = "VmRSS");

} // namespace sagas::bench
