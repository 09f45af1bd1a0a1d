#include "actors/stand_ins/writing.hpp"

#include <charconv>

namespace sagas {

object_writer& object_writer::raw(std::string_view key, std::string_view json) {
  if (out_.size() > 1)
    out_ += ',';
  out_ += json_quoted(key);
  out_ += ':';
  out_ += json;
  return *this;
}

object_writer& object_writer::text(std::string_view key, std::string_view text) {
  return raw(key, json_quoted(text));
}

object_writer& object_writer::number(std::string_view key, double value) {
  char digits[40];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  return raw(key, {digits, static_cast<std::size_t>(written.ptr - digits)});
}

std::string object_writer::finish_text() && {
  out_ += '}';
  out_.shrink_to_fit(); // it is kept for as long as its saga lives
  return std::move(out_);
}

document object_writer::finish() && { return document{std::move(*this).finish_text()}; }

std::string_view value_of(const act_request& what, const std::vector<std::string>& path) {
  const std::string_view raw = what.input.find(path);
  return raw.empty() ? "null" : raw;
}

std::string text_of(const act_request& what, const std::vector<std::string>& path) {
  const std::string_view raw = what.input.find(path);
  return raw.starts_with('"') ? unquoted(raw) : std::string{};
}

std::string made_id(std::string_view prefix, const act_request& what, std::string_view part) {
  std::uint64_t hash = 0xcbf29ce484222325ULL; // FNV-1a
  const auto mix = [&hash](std::uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3ULL; };
  for (const std::uint8_t byte : what.saga.bytes)
    mix(byte);
  for (const std::string_view text : {what.step, part}) {
    for (const char c : text)
      mix(static_cast<std::uint8_t>(c));
    mix(0);
  }
  std::string id{prefix};
  id += '-';
  for (int shift = 60; shift >= 0; shift -= 4)
    id += "0123456789abcdef"[hash >> shift & 15];
  return id;
}

} // namespace sagas
