#include "saga/definition.hpp"

namespace sagas {

std::optional<std::size_t> definition::find_step(std::string_view name) const {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].name == name)
      return i;
  return std::nullopt;
}

std::optional<std::size_t> definition::find_wait(std::string_view signal) const {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].wait && !signal.empty() && steps[i].wait->signal == signal)
      return i;
  return std::nullopt;
}

void derive(definition& what) {
  const std::size_t count = what.steps.size();
  what.dependents.assign(count, {});
  what.pivot.reset();
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t before : what.steps[i].depends_on)
      what.dependents[before].push_back(i);
    if (what.steps[i].pivot)
      what.pivot = i;
  }
  what.behind_pivot.assign(count, what.pivot.has_value());
  if (!what.pivot)
    return;
  std::vector<std::size_t> open{*what.pivot}; // walk up from the pivot: none of these is behind it
  while (!open.empty()) {
    const std::size_t step = open.back();
    open.pop_back();
    if (!what.behind_pivot[step])
      continue; // seen: by every path it would be exponentially many times
    what.behind_pivot[step] = false;
    open.insert(open.end(), what.steps[step].depends_on.begin(), what.steps[step].depends_on.end());
  }
}

} // namespace sagas
