// The choices of one run, as numbers: what a failing run is reduced to and repeated from.
//
// A number too few is zero, and zero is always the harmless choice; so every shorter tape, and
// every tape with zeros in it, is a run too.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace sagas::sim {

/// The choices within one step of a run.
using step_choices = std::array<std::uint16_t, 16>;

struct tape {
  std::vector<std::uint16_t> setup; ///< the definitions, the rates of faults, the bounds
  std::vector<step_choices> steps;
};

/// Everything that happens under this seed.
inline tape random_tape(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  const auto number = [&random] { return static_cast<std::uint16_t>(random()); };
  tape made;
  made.setup.resize(160);
  for (std::uint16_t& it : made.setup)
    it = number();
  made.steps.resize(60 + number() % 400);
  for (step_choices& step : made.steps)
    for (std::uint16_t& it : step)
      it = number();
  return made;
}

/// Reads choices from numbers.
class chooser {
public:
  explicit chooser(std::span<const std::uint16_t> numbers) : numbers_(numbers) {}

  std::uint32_t below(std::uint32_t bound) { return next() % bound; }
  /// Once in so many; never, when the tape has ended.
  bool one_in(std::uint32_t count) { return next() % count == count - 1; }
  /// So often in a thousand; never, when the tape has ended.
  bool per_mille(std::uint32_t rate) { return next() % 1'000 >= 1'000 - rate; }

private:
  std::uint32_t next() { return at_ < numbers_.size() ? numbers_[at_++] : 0; }

  std::span<const std::uint16_t> numbers_;
  std::size_t at_ = 0;
};

} // namespace sagas::sim
