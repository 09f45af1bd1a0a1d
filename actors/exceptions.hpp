// What an actor does with an exception: say what it was, in the log instead of on the terminal, and
// die. Ports return results, so each of these is a defect.
#pragma once

#include <exception>
#include <string>

#include "saga/log.hpp"

namespace sagas::actors {

/// Logs it; returns its text.
std::string log_exception(logger& log, const std::exception_ptr& what);

} // namespace sagas::actors
