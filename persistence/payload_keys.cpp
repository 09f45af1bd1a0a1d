#include "persistence/payload_keys.hpp"

#include <algorithm>

#include <openssl/rand.h>

#include "persistence/base64.hpp"

namespace sagas {
namespace {

constexpr std::size_t keys_max = 64;
constexpr std::size_t id_max = 32;
constexpr std::string_view nothing_seals = "plain";
constexpr std::string_view file_head =
  "# Payloads are encrypted with these keys: the first one seals, "
  "all of them open.\n"
  "# Whoever has them reads every payload; without them nobody "
  "does. Keep a copy elsewhere.\n";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// Cuts the first line off.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool says_something(std::string_view line) {
  const std::string_view rest = trimmed(line);
  return !rest.empty() && rest.front() != '#';
}

// Never quotes the line: it may be a secret at the wrong place.
result<payload_key> parse_key(std::string_view line) {
  const std::size_t equals = line.find('=');
  payload_key made;
  made.id = trimmed(line.substr(0, equals));
  if (equals == std::string_view::npos || !is_payload_key_id(made.id))
    return {errc::invalid_input, "is no line like NAME = KEY, NAME of 1 to 32 of the characters "
                                 "A-Z a-z 0-9 _ . - (sagas db new-key makes one)"};
  const auto bytes = from_base64(trimmed(line.substr(equals + 1)));
  if (!bytes || bytes->size() != made.bytes.size())
    return {errc::invalid_input,
            "the key '" + made.id + "' is not 32 bytes in base64: sagas db new-key makes one"};
  std::copy(bytes->begin(), bytes->end(), made.bytes.begin());
  return made;
}

failure at_line(std::size_t number, const std::string& what) {
  return {errc::invalid_input, "line " + std::to_string(number) + ": " + what};
}

} // namespace

bool is_payload_key_id(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
           || c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= id_max && text != nothing_seals
         && std::all_of(text.begin(), text.end(), fits);
}

result<payload_key> fresh_payload_key(std::string id) {
  if (!is_payload_key_id(id))
    return {errc::invalid_input, "'" + id
                                   + "' is no name of a key: it takes 1 to 32 of the "
                                     "characters A-Z a-z 0-9 _ . -, and is not the word plain"};
  payload_key made{std::move(id), {}};
  if (RAND_bytes(made.bytes.data(), static_cast<int>(made.bytes.size())) != 1)
    return {errc::unavailable, "the system gives no random numbers"};
  return made;
}

result<payload_keys> payload_keys::parse(std::string_view text) {
  payload_keys made;
  made.seals_ = true;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (!says_something(line))
      continue;
    if (trimmed(line) == nothing_seals) {
      if (!made.all_.empty() || !made.seals_)
        return at_line(number, "the word plain stands before all keys, and once");
      made.seals_ = false;
      continue;
    }
    auto key = parse_key(line);
    if (!key)
      return at_line(number, key.error().message);
    if (made.find(key->id))
      return at_line(number, "the key '" + key->id + "' stands there already: each name once");
    if (made.all_.size() == keys_max)
      return at_line(number, "these are more than " + std::to_string(keys_max)
                               + " keys: leave out those that sagas db check no longer counts");
    made.all_.push_back(std::move(*key));
  }
  if (made.all_.empty())
    return {errc::invalid_input, "there is no key: sagas db new-key makes one"};
  return made;
}

const payload_key* payload_keys::find(std::string_view id) const {
  const auto at = std::find_if(all_.begin(), all_.end(),
                               [id](const payload_key& each) { return each.id == id; });
  return at == all_.end() ? nullptr : &*at;
}

payload_keys payload_keys::opening_only() const {
  payload_keys made = *this;
  made.seals_ = false;
  return made;
}

std::string with_sealing_key(std::string_view text, const payload_key& added) {
  const std::string line = added.id + " = "
                           + to_base64({reinterpret_cast<const char*>(added.bytes.data()),
                                        added.bytes.size()})
                           + "\n";
  std::string before;
  while (!text.empty()) {
    std::string_view rest = text;
    const std::string_view next = take_line(rest);
    if (says_something(next)) {
      if (trimmed(next) == nothing_seals)
        text = rest;
      break;
    }
    before += std::string{next} + "\n";
    text = rest;
  }
  return (before.empty() && text.empty() ? std::string{file_head} : before) + line
         + std::string{text};
}

} // namespace sagas
