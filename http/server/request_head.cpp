#include "http/server/request_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace sagas::http {
namespace {

using enum problem_type;

// What a field may be called: RFC 9110's token.
constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> in{};
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
    in[static_cast<unsigned char>(c)] = true;
  return in;
}();

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return token_table[static_cast<unsigned char>(c)];
  });
}

bool is_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Whether a comma separated list holds a word.
bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (same_word(trimmed(list.substr(0, comma)), word))
      return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

// Takes the next line from the front of `rest`, without its CRLF.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 2, rest.size()));
  return line;
}

header_field field_of(std::string_view line) {
  const std::size_t colon = line.find(':');
  return {line.substr(0, colon), trimmed(line.substr(colon + 1))};
}

problem malformed(std::string detail) {
  return {.type = malformed_request, .detail = std::move(detail)};
}

// Reads the headers one by one and notes what they mean for the frame.
class head_reader {
public:
  explicit head_reader(const server_options& limits) : limits_(limits) {}

  std::optional<problem> read(std::string_view head) {
    if (auto wrong = read_request_line(next_line(head)))
      return wrong;
    for (std::string_view line = next_line(head); !line.empty(); line = next_line(head)) {
      if (++count_ > limits_.headers_max)
        return problem{.type = headers_too_large,
                       .detail = "more than " + std::to_string(limits_.headers_max)
                                 + " headers: send fewer"};
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos || !is_token(line.substr(0, colon))
          || !is_value(line.substr(colon + 1)))
        return malformed("a header is not of the form \"Name: value\" on one line");
      if (auto wrong = note(field_of(line)))
        return wrong;
    }
    return judge();
  }

  head_facts facts() const { return facts_; }

private:
  std::optional<problem> read_request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t second = line.find(' ', std::min(first, line.size() - 1) + 1);
    if (first == std::string_view::npos || second == std::string_view::npos
        || !is_token(line.substr(0, first)))
      return malformed("the request line is not of the form \"GET /path HTTP/1.1\"");
    const std::string_view version = line.substr(second + 1);
    old_ = version == "HTTP/1.0";
    if (!old_ && version != "HTTP/1.1")
      return malformed("only HTTP/1.1 and HTTP/1.0 are spoken here");
    facts_.keep_alive = !old_;
    facts_.head_only = line.substr(0, first) == "HEAD";
    const std::string_view target = line.substr(first + 1, second - first - 1);
    path_ = target.substr(0, target.find('?'));
    return check_target(target, limits_.target_max);
  }

  std::optional<problem> note(const header_field& field) {
    if (same_word(field.name, "content-length"))
      return note_length(field.value);
    if (same_word(field.name, "transfer-encoding"))
      chunked_ = true;
    else if (same_word(field.name, "content-encoding"))
      encoded_ = encoded_ || !same_word(field.value, "identity");
    else if (same_word(field.name, "connection"))
      facts_.keep_alive = facts_.keep_alive && !lists(field.value, "close");
    else if (same_word(field.name, "expect"))
      facts_.expects_continue = !old_ && same_word(field.value, "100-continue");
    else if (same_word(field.name, "host"))
      return note_host(field.value);
    return std::nullopt;
  }

  std::optional<problem> note_length(std::string_view value) {
    if (std::exchange(sized_, true))
      return malformed("more than one Content-Length");
    if (value.empty()
        || !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return malformed("Content-Length is not a number");
    const auto read = std::from_chars(value.data(), value.data() + value.size(), facts_.body_size);
    if (read.ec != std::errc{})
      facts_.body_size = static_cast<std::size_t>(-1); // a number, but beyond all bounds
    return std::nullopt;
  }

  std::optional<problem> note_host(std::string_view value) {
    if (std::exchange(named_, true) || value.find_first_of(" \t/\\@?#,") != std::string_view::npos)
      return malformed("Host must be given once, as name:port");
    return std::nullopt;
  }

  // What only the whole head can tell.
  std::optional<problem> judge() const {
    if (!named_ && !old_)
      return malformed("the header Host is missing");
    if (chunked_ && sized_)
      return malformed("Content-Length and Transfer-Encoding contradict each other");
    if (chunked_)
      return problem{.type = length_required};
    if (encoded_)
      return problem{.type = unsupported_media_type,
                     .detail = "send the body without a Content-Encoding"};
    const std::size_t most = path_ == limits_.batch_path ? limits_.batch_max : limits_.body_max;
    if (facts_.body_size > most)
      return problem{.type = body_too_large,
                     .detail = "at most " + std::to_string(most) + " bytes are taken here"};
    return std::nullopt;
  }

  const server_options& limits_;
  head_facts facts_;
  std::string_view path_;
  std::size_t count_ = 0;
  bool old_ = false; // HTTP/1.0
  bool sized_ = false;
  bool chunked_ = false;
  bool encoded_ = false;
  bool named_ = false;
};

} // namespace

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

checked_head check_head(std::string_view head, const server_options& limits) {
  head_reader reader{limits};
  auto refused = reader.read(head);
  return {reader.facts(), std::move(refused)};
}

request_line line_of(std::string_view head) {
  const std::string_view line = next_line(head);
  const std::size_t first = line.find(' ');
  return {line.substr(0, first), line.substr(first + 1, line.rfind(' ') - first - 1)};
}

std::vector<header_field> fields_of(std::string_view head) {
  std::vector<header_field> fields;
  next_line(head);
  for (std::string_view line = next_line(head); !line.empty(); line = next_line(head))
    fields.push_back(field_of(line));
  return fields;
}

} // namespace sagas::http
