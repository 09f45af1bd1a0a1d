#include "persistence/copied_rows.hpp"

#include <array>
#include <charconv>

namespace sagas {

std::string canonical_real(double value) {
  std::array<char, 32> room{};
  const auto written = std::to_chars(room.data(), room.data() + room.size(), value);
  return {room.data(), written.ptr};
}

std::string canonical_real(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return std::string{text};
  return canonical_real(value);
}

} // namespace sagas
