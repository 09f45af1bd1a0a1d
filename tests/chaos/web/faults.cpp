#include "chaos/web/faults.hpp"

namespace sagas::chaos {
namespace {

// splitmix64 (Steele, Lea, Flood, 2014): calls come from many threads, and each has dice of its
// own.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ value >> 27) * 0x94D049BB133111EBULL;
  return value ^ value >> 31;
}

} // namespace

web_trouble draw_trouble(std::uint64_t seed, std::uint64_t nth, unsigned share) {
  const std::uint64_t dice = mixed(mixed(seed) ^ nth);
  if (dice % 100 >= share)
    return {};
  const auto kinds = web_fault_names.size() - 1;
  return {static_cast<web_fault>(1 + (dice >> 8) % kinds), (dice >> 32 & 1) != 0};
}

} // namespace sagas::chaos
