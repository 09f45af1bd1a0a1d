#include "saga/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace sagas {

void assertion_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "sagas: broken assumption: %s (%s:%d)\n", what, file, line);
  std::abort();
}

const char* to_text(errc code) {
  switch (code) {
  case errc::invalid_input: return "invalid_input";
  case errc::not_found: return "not_found";
  case errc::conflict: return "conflict";
  case errc::overloaded: return "overloaded";
  case errc::unavailable: return "unavailable";
  case errc::unknown_outcome: return "unknown_outcome";
  case errc::stale: return "stale";
  case errc::fenced: return "fenced";
  case errc::corrupt: return "corrupt";
  case errc::fatal: return "fatal";
  case errc::internal: return "internal";
  }
  SAGAS_ASSERT(false);
}

} // namespace sagas
