#include "http/webhook/position.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sagas::http {
namespace {

constexpr unsigned index_bits = 20;
constexpr std::uint64_t index_max = (1ULL << index_bits) - 1;
constexpr std::uint64_t batch_max = (1ULL << (63 - index_bits)) - 1;
constexpr std::size_t digits = 19;                // of 2^63
constexpr std::uint64_t alerts_from = 1ULL << 40; // ms: in 2004

} // namespace

std::uint64_t packed(const feed_position& at) {
  return std::min(at.batch, batch_max) << index_bits | std::min<std::uint64_t>(at.index, index_max);
}

feed_position unpacked(std::uint64_t number) {
  return {number >> index_bits, static_cast<std::uint32_t>(number & index_max)};
}

feed_position alert_position(timestamp now) {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(
    std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count(), 0));
  return {std::max(ms, alerts_from), 0};
}

bool is_alert(const feed_position& at) { return at.batch >= alerts_from; }

std::string sequence_of(const feed_position& at) {
  const std::string number = std::to_string(packed(at));
  return std::string(digits - number.size(), '0') + number;
}

feed_position behind_batch(const feed_position& last) { return {last.batch + 1, 0}; }

feed_position just_before(const feed_position& next) {
  if (next.index > 0)
    return {next.batch, next.index - 1};
  return next.batch == 0 ? feed_position{}
                         : feed_position{next.batch - 1, std::numeric_limits<std::uint32_t>::max()};
}

std::string letter_name(const std::string& subscription, const feed_position& at) {
  return subscription + "/" + sequence_of(at);
}

std::optional<feed_position> position_in(std::string_view letter_name) {
  const std::size_t slash = letter_name.rfind('/');
  if (slash == std::string_view::npos || letter_name.size() - slash - 1 != digits)
    return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = letter_name.data() + letter_name.size();
  const auto read = std::from_chars(letter_name.data() + slash + 1, end, number);
  return read.ec == std::errc{} && read.ptr == end ? std::optional{unpacked(number)} : std::nullopt;
}

} // namespace sagas::http
