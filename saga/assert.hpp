// Assertions that stay on in release: what is stored makes a crash safe, a wrong state is not.
#pragma once

namespace sagas {
/// Prints the broken assumption and aborts.
[[noreturn]] void assertion_failed(const char* what, const char* file, int line);
} // namespace sagas

#define SAGAS_ASSERT(condition)                                                                    \
  ((condition) ? static_cast<void>(0) : ::sagas::assertion_failed(#condition, __FILE__, __LINE__))
