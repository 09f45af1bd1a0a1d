#include "app/secret_reference.hpp"

#include <cstdlib>

#include "app/config_layers.hpp"

namespace sagas {
namespace {

constexpr std::size_t secret_max = 4'096;

} // namespace

std::optional<std::string> secret_behind(std::string_view reference) {
  std::optional<std::string> found;
  if (reference.starts_with("file:"))
    found = read_small_file(std::string{reference.substr(5)}, secret_max);
  else if (reference.starts_with("env:"))
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
    if (const char* value = std::getenv(std::string{reference.substr(4)}.c_str()))
      found = value;
  while (found && !found->empty() && (found->back() == '\n' || found->back() == '\r'))
    found->pop_back();
  return found && !found->empty() ? found : std::nullopt;
}

} // namespace sagas
