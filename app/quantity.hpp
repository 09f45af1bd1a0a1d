// Sizes as people write them, "64KiB", "16MiB", and how durations are printed; saga/ reads those
// (parse_duration).
//
// A number without a unit is refused: whoever reads "30" later must not have to guess.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "saga/time.hpp"

namespace sagas {

/// A size in bytes.
struct byte_count {
  std::uint64_t value = 0;
  auto operator<=>(const byte_count&) const = default;
};

/// Reads a whole number followed by B, KiB, MiB or GiB. Nothing when malformed or over 1024 TiB.
std::optional<byte_count> parse_size(std::string_view text);

/// Reads a whole number without sign. Nothing when it is none or does not fit.
std::optional<std::uint64_t> parse_whole(std::string_view text);

/// The shortest exact form in one unit, which the parser reads back.
std::string to_text(milliseconds duration);
std::string to_text(byte_count size);

/// For people: two units at most, "3h 12m", "850ms".
std::string roughly(milliseconds duration);

} // namespace sagas
