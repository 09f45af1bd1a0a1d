// Cursors and fingerprints: short texts made of larger things.
#include <array>

#include <nlohmann/json.hpp>

#include "http/api_input.hpp"

namespace sagas::http {
namespace {

__extension__ using uint128 = unsigned __int128;

constexpr std::string_view base64url =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t cursor_size = 22; // 16 bytes, without padding

class fnv1a {
public:
  void add(std::string_view text) {
    for (const char c : text) {
      state_ ^= static_cast<unsigned char>(c);
      state_ *= prime;
    }
  }
  std::string hex() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 124; shift >= 0; shift -= 4)
      text += digits[static_cast<std::size_t>(state_ >> shift & 15)];
    return text;
  }

private:
  static constexpr uint128 prime = (uint128{1} << 88) + 0x13B;
  uint128 state_ = uint128{0x6C62272E07BB0142} << 64 | 0x62B821756295C58D;
};

} // namespace

std::string make_cursor(const saga_id& last) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : last.bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6)
      text += base64url[bits >> (held - 6) & 63];
  }
  text += base64url[bits << (6 - held) & 63];
  return text;
}

std::optional<saga_id> query_reader::cursor(const std::string& name) {
  const std::string* text = req_.query_value(name);
  if (!text)
    return std::nullopt;
  saga_id id;
  std::size_t filled = 0;
  std::uint32_t bits = 0;
  int held = 0;
  bool sound = text->size() == cursor_size;
  for (std::size_t i = 0; sound && i < text->size(); ++i) {
    const std::size_t digit = base64url.find((*text)[i]);
    sound = digit != std::string_view::npos;
    bits = bits << 6 | static_cast<std::uint32_t>(digit & 63);
    held += 6;
    if (held >= 8 && filled < id.bytes.size()) {
      held -= 8;
      id.bytes[filled++] = static_cast<std::uint8_t>(bits >> held & 0xFF);
    }
  }
  if (sound)
    return id;
  fault(name, "must be the cursor of an earlier answer, unchanged");
  return std::nullopt;
}

std::string fingerprint(std::string_view route, const json_value& body) {
  fnv1a hash;
  hash.add(route);
  hash.add("\n");
  hash.add(nlohmann::json(body).dump());
  return hash.hex();
}

} // namespace sagas::http
