// The header Retry-After: seconds, or a date.
#pragma once

#include <optional>
#include <string>

#include "saga/time.hpp"

namespace sagas::http {

/// How long to wait; below 0 for a date that is past. Seconds are a day at most. Nothing when it is
/// neither. Pure.
std::optional<milliseconds> read_retry_after(const std::string& header, timestamp now);

} // namespace sagas::http
