#include "saga/time.hpp"

#include <array>
#include <cstdio>

namespace sagas {
namespace {

// Reads exactly `digits` digits at the front of `text` and drops them.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits)
    return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool skip(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected)
    return false;
  text.remove_prefix(1);
  return true;
}

// ".123456": milliseconds, further digits are cut.
std::optional<milliseconds> take_fraction(std::string_view& text) {
  int ms = 0;
  int scale = 100;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    ms += (text[digits] - '0') * scale;
    scale /= 10;
  }
  if (digits == 0 || digits > 9)
    return std::nullopt;
  text.remove_prefix(digits);
  return milliseconds{ms};
}

// "", "Z", "+01:00", "-0500": what to subtract to get UTC.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  using std::chrono::minutes;
  if (text.empty())
    return minutes{0};
  if (skip(text, 'Z') || skip(text, 'z'))
    return minutes{0};
  const int sign = text.front() == '-' ? -1 : 1;
  if (!skip(text, '+') && !skip(text, '-'))
    return std::nullopt;
  const auto hours = take_digits(text, 2);
  skip(text, ':');
  const auto rest = take_digits(text, 2);
  if (!hours || !rest || *hours > 23 || *rest > 59)
    return std::nullopt;
  return minutes{sign * (*hours * 60 + *rest)};
}

std::optional<std::chrono::sys_days> take_day(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !skip(text, '-'))
    return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !skip(text, '-'))
    return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok())
    return std::nullopt;
  return std::chrono::sys_days{date};
}

std::optional<milliseconds> take_clock(std::string_view& text) {
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !skip(text, ':'))
    return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59)
    return std::nullopt;
  milliseconds of_day = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  if (skip(text, ':')) {
    const auto seconds = take_digits(text, 2);
    if (!seconds || *seconds > 59)
      return std::nullopt;
    of_day += std::chrono::seconds{*seconds};
    if (skip(text, '.')) {
      const auto fraction = take_fraction(text);
      if (!fraction)
        return std::nullopt;
      of_day += *fraction;
    }
  }
  return of_day;
}

// An offset may lead out of the years that have four digits.
bool is_printable(timestamp at) {
  using namespace std::chrono;
  return at >= sys_days{year{0} / 1 / 1} && at < sys_days{year{10'000} / 1 / 1};
}

} // namespace

std::string to_iso(timestamp at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{at - day};
  std::array<char, 40> text{};
  const int size = std::snprintf(
    text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
    static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<timestamp> parse_iso(std::string_view text) {
  const auto day = take_day(text);
  if (!day)
    return std::nullopt;
  timestamp at{*day};
  if (text.empty())
    return at;
  if (!skip(text, 'T') && !skip(text, 't') && !skip(text, ' '))
    return std::nullopt;
  const auto of_day = take_clock(text);
  if (!of_day)
    return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty())
    return std::nullopt;
  at += *of_day - *offset;
  return is_printable(at) ? std::optional{at} : std::nullopt;
}

} // namespace sagas
