#include "saga/json_scan.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

#include "saga/text.hpp"

namespace sagas {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The four hex digits behind \u; -1 when there are not four.
int hex4(const char* at, const char* end) {
  if (end - at < 4)
    return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at[i];
    int digit = -1;
    if (is_digit(c))
      digit = c - '0';
    else if (c >= 'a' && c <= 'f')
      digit = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F')
      digit = c - 'A' + 10;
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

} // namespace

void json_scanner::skip_space() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
    ++at_;
}

bool json_scanner::take(char c) {
  if (!next_is(c))
    return false;
  ++at_;
  return true;
}

bool json_scanner::word(std::string_view expected) {
  if (static_cast<std::size_t>(end_ - at_) < expected.size()
      || std::string_view{at_, expected.size()} != expected)
    return false;
  at_ += expected.size();
  return true;
}

bool json_scanner::value(int depth) {
  if (at_ == end_)
    return false;
  switch (*at_) {
  case '{': return object(depth);
  case '[': return array(depth);
  case '"': return string();
  case 't': return word("true");
  case 'f': return word("false");
  case 'n': return word("null");
  default: return number();
  }
}

bool json_scanner::object(int depth, std::vector<json_lookup::member>* members) {
  if (depth <= 0 || !take('{'))
    return false;
  skip_space();
  if (take('}'))
    return true;
  do {
    skip_space();
    const char* const key = at_;
    if (!string())
      return false;
    const std::string_view name{key + 1, static_cast<std::size_t>(at_ - key - 2)};
    skip_space();
    if (!take(':'))
      return false;
    skip_space();
    const char* const begin = at_;
    if (!value(depth - 1))
      return false;
    if (members)
      members->push_back({name, {begin, static_cast<std::size_t>(at_ - begin)}});
    skip_space();
  } while (take(','));
  return take('}');
}

bool json_scanner::array(int depth, std::vector<std::string_view>* elements) {
  if (depth <= 0 || !take('['))
    return false;
  skip_space();
  if (take(']'))
    return true;
  do {
    skip_space();
    const char* const begin = at_;
    if (!value(depth - 1))
      return false;
    if (elements)
      elements->push_back({begin, static_cast<std::size_t>(at_ - begin)});
    skip_space();
  } while (take(','));
  return take(']');
}

bool json_scanner::string() {
  if (!take('"'))
    return false;
  while (at_ != end_) {
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"') {
      ++at_;
      return true;
    }
    if (c < 0x20)
      return false;
    if (c == '\\') {
      if (!escape())
        return false;
    } else if (c < 0x80) {
      ++at_;
    } else {
      const std::size_t length = utf8_length({at_, static_cast<std::size_t>(end_ - at_)});
      if (length == 0)
        return false;
      at_ += length;
    }
  }
  return false;
}

bool json_scanner::escape() {
  ++at_; // the backslash
  if (at_ == end_)
    return false;
  const char kind = *at_++;
  if (kind != 'u')
    return std::string_view{"\"\\/bfnrt"}.find(kind) != std::string_view::npos;
  const int code = hex4(at_, end_);
  if (code < 0 || (code >= 0xDC00 && code <= 0xDFFF))
    return false;
  at_ += 4;
  if (code < 0xD800 || code > 0xDBFF)
    return true;
  if (!word("\\u")) // the second half of a pair must follow
    return false;
  const int low = hex4(at_, end_);
  if (low < 0xDC00 || low > 0xDFFF)
    return false;
  at_ += 4;
  return true;
}

bool json_scanner::digits() {
  const char* const begin = at_;
  while (at_ != end_ && is_digit(*at_))
    ++at_;
  return at_ != begin;
}

bool json_scanner::number() {
  const char* const begin = at_;
  take('-');
  if (!take('0') && !digits())
    return false;
  if (take('.') && !digits())
    return false;
  bool may_overflow = at_ - begin > 300;
  if (next_is('e') || next_is('E')) {
    may_overflow = true;
    ++at_;
    if (!take('+'))
      take('-');
    if (!digits())
      return false;
  }
  // Beyond a double's range other parsers refuse the whole text: so must this one.
  return !may_overflow || std::isfinite(std::strtod(std::string{begin, at_}.c_str(), nullptr));
}

} // namespace sagas
