// The log, on spdlog: lines on stderr, text for a terminal or JSON for machines.
//
// Writing never waits: a bounded queue and one thread behind it; when the queue is full the oldest
// lines give way and their number is told.
#pragma once

#include <memory>

#include "app/config.hpp"
#include "saga/log.hpp"

namespace sagas {

/// Opens the process's log. Destroying it writes what is queued.
std::unique_ptr<logger> open_log(const config::log_part& how);

/// One line as it is written, without its end: for tests and for the log itself.
std::string log_line(log_format format, timestamp at, log_level level, std::string_view message,
                     std::initializer_list<log_field> fields);

} // namespace sagas
