// The identity of a saga: a UUIDv7 (RFC 9562), so that ids made later sort later, as values, as
// text and in an index; the newest sagas lie side by side in the file.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "saga/time.hpp"

namespace sagas {

/// 16 bytes, big-endian as RFC 9562 has them; a plain value.
struct saga_id {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const saga_id&) const = default;
};

/// 36 characters, lower case.
std::string to_text(const saga_id& id);

/// Nothing when `text` is not a UUID in its canonical form (upper case is accepted).
std::optional<saga_id> parse_saga_id(std::string_view text);

/// The smallest id that can have been made at `at`: turns a time range into an id range.
saga_id first_id_at(timestamp at);

/// The time an id was made at.
timestamp made_at(const saga_id& id);

/// The id of a step of a saga (paso_id): a UUIDv8 derived from the saga's, the same at each call;
/// distinct for the steps of one saga.
saga_id step_id(const saga_id& saga, std::size_t step);

/// Makes ids that rise strictly, also within a millisecond and when the clock steps back.
/// Not thread-safe: one for each thread, each with a seed of its own.
class id_maker {
public:
  explicit id_maker(std::uint64_t seed) : random_(seed) {}
  saga_id make(timestamp now);

private:
  std::mt19937_64 random_;
  std::uint64_t last_ms_ = 0;
  std::uint16_t counter_ = 0; // rand_a, RFC 9562 section 6.2 method 1
};

} // namespace sagas

template <>
struct std::hash<sagas::saga_id> {
  std::size_t operator()(const sagas::saga_id& id) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      high = high << 8 | id.bytes[i];
      low = low << 8 | id.bytes[i + 8];
    }
    return static_cast<std::size_t>((high * 0x9E3779B97F4A7C15ULL) ^ low);
  }
};
