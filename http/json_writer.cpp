#include "http/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "saga/json_text.hpp"

namespace sagas::http {
namespace {

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; });
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  if (is_plain(text))
    out += text;
  else
    append_escaped(out, text);
  out += '"';
}

} // namespace

void json_writer::separate() {
  if (!first_)
    out_ += ',';
  first_ = false;
}

void json_writer::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
}

void json_writer::close(char bracket) {
  out_ += bracket;
  first_ = false;
}

void json_writer::raw(std::string_view text) {
  separate();
  out_ += text;
}

void json_writer::key(std::string_view name) {
  separate();
  append_quoted(out_, name);
  out_ += ':';
  first_ = true;
}

void json_writer::value(std::string_view text) {
  separate();
  append_quoted(out_, text);
}

void json_writer::value(double number) {
  if (!std::isfinite(number))
    return null();
  std::array<char, 32> text{};
  const auto [end, fault] = std::to_chars(text.data(), text.data() + text.size(), number);
  raw({text.data(), static_cast<std::size_t>(end - text.data())});
}

void json_writer::value(const document& what) {
  // A stored text that is no JSON must not make the whole answer none.
  if (what.empty() || !check_json(what.text(), built_depth_max))
    return null();
  raw(what.text());
}

void json_writer::member_or_null(std::string_view name, std::string_view text) {
  key(name);
  if (text.empty())
    null();
  else
    value(text);
}

} // namespace sagas::http
