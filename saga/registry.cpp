#include "saga/registry.hpp"

#include <mutex>

namespace sagas {

void definition_registry::add(definition_ptr what) {
  const std::unique_lock lock{guard_};
  types_[what->type].emplace(what->version, what);
}

definition_ptr definition_registry::find(std::string_view type) const {
  const std::shared_lock lock{guard_};
  const auto found = types_.find(type);
  return found == types_.end() ? nullptr : found->second.rbegin()->second;
}

definition_ptr definition_registry::find(std::string_view type, int version) const {
  const std::shared_lock lock{guard_};
  const auto found = types_.find(type);
  if (found == types_.end())
    return nullptr;
  const auto exact = found->second.find(version);
  return exact == found->second.end() ? nullptr : exact->second;
}

std::vector<definition_ptr> definition_registry::all() const {
  const std::shared_lock lock{guard_};
  std::vector<definition_ptr> found;
  for (const auto& [type, versions] : types_)
    for (const auto& [version, plan] : versions)
      found.push_back(plan);
  return found;
}

} // namespace sagas
