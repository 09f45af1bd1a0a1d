// What a request may ask for: an origin-form target of visible characters, whose percent-encoding
// is whole and hides neither a NUL nor, in the path, any other control character.
#include <algorithm>

#include "http/server/request_head.hpp"

namespace sagas::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

// The byte that the percent sign at the front of `text` stands for; -1 when there is none.
int encoded_byte(std::string_view text) {
  if (text.size() < 3)
    return -1;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_well_encoded(std::string_view text, int byte_min) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const int byte = encoded_byte(text.substr(at));
    if (byte < byte_min || byte == 0x7f)
      return false;
  }
  return true;
}

} // namespace

std::optional<problem> check_target(std::string_view target, std::size_t size_max) {
  using enum problem_type;
  if (target.size() > size_max)
    return problem{.type = target_too_long,
                   .detail = "path and query are longer than " + std::to_string(size_max)
                             + " bytes: shorten them"};
  if (!target.starts_with('/'))
    return problem{.type = malformed_request,
                   .detail = "the request line must name a path, beginning with /"};
  if (!std::all_of(target.begin(), target.end(), is_visible)
      || target.find('#') != std::string_view::npos)
    return problem{.type = malformed_request,
                   .detail = "path and query hold a character that must be percent-encoded"};
  const std::size_t mark = std::min(target.find('?'), target.size());
  if (!is_well_encoded(target.substr(0, mark), 0x20) || !is_well_encoded(target.substr(mark), 1))
    return problem{.type = malformed_request,
                   .detail = "path or query hold a % without two hexadecimal digits, or an "
                             "encoded control character"};
  return std::nullopt;
}

} // namespace sagas::http
