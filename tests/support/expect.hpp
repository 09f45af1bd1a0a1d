// For what tests and fuzzers share, and which therefore knows no test framework.
#pragma once

#include <stdexcept>

namespace sagas::test {

/// Throws std::logic_error with `what` unless it holds.
inline void expect(bool holds, const char* what) {
  if (!holds)
    throw std::logic_error{what};
}

} // namespace sagas::test
