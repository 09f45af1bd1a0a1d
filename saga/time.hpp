// Points in time and their text. Nothing here reads a clock: time comes in with the event.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sagas {

using std::chrono::milliseconds;

/// UTC, in milliseconds, as everywhere on the wire and in the tables.
using timestamp = std::chrono::sys_time<milliseconds>;

/// "2026-01-31T09:08:07.123Z"
std::string to_iso(timestamp at);

/// Reads ISO 8601 ("2026-01-31", "2026-01-31T09:08[:07[.123456]]", with "Z", an offset or none,
/// which means UTC; a space may stand for the T). Nothing when it is no such text or no such day.
std::optional<timestamp> parse_iso(std::string_view text);

} // namespace sagas
