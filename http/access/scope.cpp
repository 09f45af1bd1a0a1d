#include "http/access/scope.hpp"

#include <array>

#include "saga/assert.hpp"

namespace sagas::http {
namespace {

constexpr std::array of_keys{scope::read, scope::start, scope::operate, scope::admin};

} // namespace

const char* to_text(scope which) {
  switch (which) {
  case scope::open: return "open";
  case scope::read: return "read";
  case scope::start: return "start";
  case scope::operate: return "operate";
  case scope::admin: return "admin";
  }
  SAGAS_ASSERT(false);
}

std::optional<scope> parse_scope(std::string_view text) {
  for (const scope which : of_keys)
    if (text == to_text(which))
      return which;
  return std::nullopt;
}

bool scope_set::allows(scope needed) const {
  return needed == scope::open || has(needed) || has(scope::admin)
         || (needed == scope::read && !empty());
}

std::string scope_set::text() const {
  std::string all;
  for (const scope which : of_keys)
    if (has(which))
      all += (all.empty() ? "" : " ") + std::string{to_text(which)};
  return all;
}

} // namespace sagas::http
