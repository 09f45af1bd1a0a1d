#include "app/quantity.hpp"

#include <array>
#include <charconv>
#include <span>

namespace sagas {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<unit, 5> durations{
  {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<unit, 4> sizes{
  {{"B", 1}, {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}}};
constexpr std::uint64_t duration_max = 100ULL * 366 * 86'400'000;
constexpr std::uint64_t size_max = 1ULL << 50;

std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::span<const unit> units,
                                             std::uint64_t max) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{})
    return std::nullopt;
  const std::string_view name{read.ptr, static_cast<std::size_t>(end - read.ptr)};
  if (name.empty())
    return number == 0 ? std::optional{number} : std::nullopt;
  for (const unit& known : units)
    if (known.name == name)
      return number <= max / known.factor ? std::optional{number * known.factor} : std::nullopt;
  return std::nullopt;
}

std::string with_unit(std::uint64_t value, std::span<const unit> units) {
  const unit* best = &units.front();
  for (const unit& known : units)
    if (value != 0 && value % known.factor == 0)
      best = &known;
  std::string text = std::to_string(value / best->factor);
  text += best->name;
  return text;
}

} // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  const auto ms = parse_with_unit(text, durations, duration_max);
  if (!ms)
    return std::nullopt;
  return milliseconds{static_cast<milliseconds::rep>(*ms)};
}

std::optional<byte_count> parse_size(std::string_view text) {
  const auto bytes = parse_with_unit(text, sizes, size_max);
  if (!bytes)
    return std::nullopt;
  return byte_count{*bytes};
}

std::optional<std::uint64_t> parse_whole(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return number;
}

std::string to_text(milliseconds duration) {
  return with_unit(static_cast<std::uint64_t>(duration.count()), durations);
}

std::string to_text(byte_count size) { return with_unit(size.value, sizes); }

std::string roughly(milliseconds duration) {
  const auto ms = static_cast<std::uint64_t>(duration.count() < 0 ? 0 : duration.count());
  if (ms < 1'000)
    return std::to_string(ms) + "ms";
  std::size_t big = 1;
  while (big + 1 < durations.size() && ms >= durations[big + 1].factor)
    ++big;
  std::string text = std::to_string(ms / durations[big].factor);
  text += durations[big].name;
  if (big == 1)
    return text;
  const unit& small = durations[big - 1];
  const std::uint64_t rest = ms % durations[big].factor / small.factor;
  if (rest != 0) {
    text += ' ';
    text += std::to_string(rest);
    text += small.name;
  }
  return text;
}

} // namespace sagas
