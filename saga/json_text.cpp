#include "saga/json_text.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "saga/json_scan.hpp"
#include "saga/text.hpp"

namespace sagas {
namespace {

bool same_key(std::string_view raw, std::string_view key) {
  if (raw.find('\\') == std::string_view::npos)
    return raw == key;
  return unquoted('"' + std::string{raw} + '"') == key;
}

// The last member of that name, as a parser would keep it.
std::string_view find_member(const std::vector<json_lookup::member>& members,
                             std::string_view key) {
  for (auto it = members.rbegin(); it != members.rend(); ++it)
    if (same_key(it->key, key))
      return it->value;
  return {};
}

std::string_view find_child(std::string_view raw, const std::string& key) {
  json_scanner scan{raw};
  if (raw.starts_with('{')) {
    std::vector<json_lookup::member> members;
    scan.object(built_depth_max, &members);
    return find_member(members, key);
  }
  if (raw.starts_with('[')) {
    std::size_t index = 0;
    const auto [end, fault] = std::from_chars(key.data(), key.data() + key.size(), index);
    std::vector<std::string_view> elements;
    scan.array(built_depth_max, &elements);
    if (fault == std::errc{} && end == key.data() + key.size() && index < elements.size())
      return elements[index];
  }
  return {};
}

void append_control(std::string& out, unsigned char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
  case '\n': out += "\\n"; return;
  case '\r': out += "\\r"; return;
  case '\t': out += "\\t"; return;
  default:
    out += "\\u00";
    out += hex[c >> 4];
    out += hex[c & 15];
  }
}

} // namespace

std::optional<std::string_view> check_json(std::string_view text, int depth_max) {
  json_scanner scan{text};
  scan.skip_space();
  const char* const begin = scan.position();
  if (!scan.value(depth_max))
    return std::nullopt;
  const std::string_view value{begin, static_cast<std::size_t>(scan.position() - begin)};
  scan.skip_space();
  if (!scan.at_end())
    return std::nullopt;
  return value;
}

bool nested_deeper(std::string_view text, int depth_max) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\')
      ++i;
    else if (c == '"')
      in_string = !in_string;
    else if (!in_string && (c == '{' || c == '['))
      ++depth;
    else if (!in_string && (c == '}' || c == ']'))
      --depth;
    if (depth > depth_max)
      return true;
  }
  return false;
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text.front();
    } else if (c < 0x20) {
      append_control(out, c);
    } else if (const std::size_t valid = utf8_length(text); valid > 0) {
      out.append(text.substr(0, valid));
      length = valid;
    } else {
      out += "\xEF\xBF\xBD";
    }
    text.remove_prefix(length);
  }
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text);
  out += '"';
  return out;
}

std::string unquoted(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos)
    return raw.size() < 2 ? std::string{} : std::string{raw.substr(1, raw.size() - 2)};
  const auto value = nlohmann::json::parse(raw, nullptr, false);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

json_lookup::json_lookup(std::string_view text) {
  json_scanner scan{text};
  scan.skip_space();
  if (!scan.next_is('{')) {
    whole_ = check_json(text, built_depth_max).value_or(std::string_view{});
    return;
  }
  members_.reserve(16);
  const char* const begin = scan.position();
  const bool sound = scan.object(built_depth_max, &members_);
  const std::string_view object{begin, static_cast<std::size_t>(scan.position() - begin)};
  scan.skip_space();
  if (sound && scan.at_end())
    whole_ = object;
  else
    members_.clear();
}

std::string_view json_lookup::find(const std::vector<std::string>& path) const {
  if (path.empty())
    return whole_;
  std::string_view value = members_.empty() ? find_child(whole_, path.front())
                                            : find_member(members_, path.front());
  for (std::size_t i = 1; i < path.size() && !value.empty(); ++i)
    value = find_child(value, path[i]);
  return value;
}

} // namespace sagas
