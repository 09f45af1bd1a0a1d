#include "saga/ids.hpp"

#include <algorithm>

namespace sagas {
namespace {

constexpr char hex[] = "0123456789abcdef";

// Where the text has a dash, in front of these bytes.
constexpr bool dash_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

void put_time(saga_id& id, std::uint64_t ms) {
  for (std::size_t i = 0; i < 6; ++i)
    id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
}

} // namespace

std::string to_text(const saga_id& id) {
  std::string text(36, '-');
  char* to = text.data();
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    if (dash_before(i))
      ++to;
    *to++ = hex[id.bytes[i] >> 4];
    *to++ = hex[id.bytes[i] & 15];
  }
  return text;
}

std::optional<saga_id> parse_saga_id(std::string_view text) {
  if (text.size() != 36)
    return std::nullopt;
  saga_id id;
  std::size_t at = 0;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    if (dash_before(i) && text[at++] != '-')
      return std::nullopt;
    const int high = hex_value(text[at++]);
    const int low = hex_value(text[at++]);
    if (high < 0 || low < 0)
      return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return id;
}

saga_id first_id_at(timestamp at) {
  saga_id id;
  put_time(id,
           static_cast<std::uint64_t>(std::max<std::int64_t>(at.time_since_epoch().count(), 0)));
  id.bytes[6] = 0x70;
  id.bytes[8] = 0x80;
  return id;
}

timestamp made_at(const saga_id& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i)
    ms = ms << 8 | id.bytes[i];
  return timestamp{milliseconds{ms}};
}

saga_id step_id(const saga_id& saga, std::size_t step) {
  saga_id id = saga;
  id.bytes[6] = static_cast<std::uint8_t>(0x80 | (id.bytes[6] & 0x0f)); // version 8: our own rule
  // Distinct steps give distinct values, since multiplying by an odd number is a bijection.
  const std::uint64_t mix = (static_cast<std::uint64_t>(step) + 1) * 0x9E3779B97F4A7C15ULL;
  for (std::size_t i = 0; i < 7; ++i)
    id.bytes[9 + i] = static_cast<std::uint8_t>(id.bytes[9 + i] ^ (mix >> (8 * i)));
  return id;
}

saga_id id_maker::make(timestamp now) {
  const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
  if (ms > last_ms_) {
    last_ms_ = ms;
    counter_ = static_cast<std::uint16_t>(random_() & 0x7ff); // the upper half is room to count
  } else if (++counter_ > 0xfff) {
    ++last_ms_; // more than 2048 in one millisecond: borrow the next
    counter_ = 0;
  }
  saga_id id;
  put_time(id, last_ms_);
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | counter_ >> 8);
  id.bytes[7] = static_cast<std::uint8_t>(counter_ & 0xff);
  const std::uint64_t random = random_();
  for (std::size_t i = 0; i < 8; ++i)
    id.bytes[8 + i] = static_cast<std::uint8_t>(random >> (8 * i));
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

} // namespace sagas
