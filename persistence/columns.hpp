// How values look in columns.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "saga/time.hpp"

namespace sagas {

/// A stored row that no version of the program can have written.
class damaged_row : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// "2026-11-25 09:08:07.123": a DATETIME that sorts as text.
std::string to_datetime(timestamp at);
/// The same, into `to`: no allocation when `to` has room.
void put_datetime(timestamp at, std::string& to);
std::optional<timestamp> parse_datetime(std::string_view text);

/// A FLOAT of seconds.
double to_seconds(milliseconds took);

} // namespace sagas
