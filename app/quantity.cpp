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
constexpr std::uint64_t size_max = 1ULL << 50;

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

std::optional<byte_count> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{})
    return std::nullopt;
  const std::string_view name{read.ptr, static_cast<std::size_t>(end - read.ptr)};
  for (const unit& known : sizes)
    if (known.name == name && number <= size_max / known.factor)
      return byte_count{number * known.factor};
  return std::nullopt;
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
  if (ms < 60'000)
    return ms < 1'000 ? std::to_string(ms) + "ms" : std::to_string(ms / 1'000) + "s";
  const std::uint64_t minutes = ms / 60'000;
  if (minutes < 60)
    return std::to_string(minutes) + "m " + std::to_string(ms / 1'000 % 60) + "s";
  const std::uint64_t hours = minutes / 60;
  if (hours < 48)
    return std::to_string(hours) + "h " + std::to_string(minutes % 60) + "m";
  return std::to_string(hours / 24) + "d " + std::to_string(hours % 24) + "h";
}

} // namespace sagas
