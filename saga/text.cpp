#include "saga/text.hpp"

#include <algorithm>

namespace sagas {
namespace {

// How many bytes a sequence has that begins with `lead`, and the bounds of its second byte, which
// rule out overlong forms, surrogates and what lies beyond U+10FFFF.
struct utf8_shape {
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

utf8_shape shape_of(unsigned char lead) {
  if (lead < 0x80)
    return {.length = 1};
  if (lead >= 0xC2 && lead <= 0xDF)
    return {.length = 2};
  if (lead == 0xE0)
    return {.length = 3, .low = 0xA0};
  if (lead == 0xED)
    return {.length = 3, .high = 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF)
    return {.length = 3};
  if (lead == 0xF0)
    return {.length = 4, .low = 0x90};
  if (lead >= 0xF1 && lead <= 0xF3)
    return {.length = 4};
  if (lead == 0xF4)
    return {.length = 4, .high = 0x8F};
  return {};
}

} // namespace

std::string fold_case(std::string_view text) {
  std::string folded{text};
  bool latin = false; // the byte before was the lead of U+00C0 to U+00FF
  for (char& c : folded) {
    const auto byte = static_cast<unsigned char>(c);
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
    else if (latin && byte >= 0x80 && byte <= 0x9E && byte != 0x97) // not the multiplication sign
      c = static_cast<char>(byte + 0x20);
    latin = byte == 0xC3;
  }
  return folded;
}

bool is_name(std::string_view text, std::size_t size_max) {
  return !text.empty() && text.size() <= size_max
         && std::all_of(text.begin(), text.end(), [](char c) {
              return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                     || c == '_' || c == '.' || c == ':' || c == '-';
            });
}

std::size_t utf8_length(std::string_view text) {
  if (text.empty())
    return 0;
  const utf8_shape shape = shape_of(static_cast<unsigned char>(text.front()));
  if (shape.length < 2)
    return shape.length;
  if (text.size() < shape.length)
    return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  if (second < shape.low || second > shape.high)
    return 0;
  for (std::size_t i = 2; i < shape.length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
      return 0;
  return shape.length;
}

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length > 0)
      repaired.append(text.substr(0, length));
    else
      repaired += "\xEF\xBF\xBD";
    text.remove_prefix(length > 0 ? length : 1);
  }
  return repaired;
}

} // namespace sagas
