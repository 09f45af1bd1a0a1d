// The definitions that this process knows. Thread-safe; readers never wait for each other.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "saga/definition.hpp"

namespace sagas {

class definition_registry {
public:
  /// Adds a version; an existing one of that type and number is kept as it is.
  void add(definition_ptr what);
  /// The newest version of a type, or null.
  definition_ptr find(std::string_view type) const;
  /// One version of a type, or null.
  definition_ptr find(std::string_view type, int version) const;
  /// All, by type and version.
  std::vector<definition_ptr> all() const;

private:
  mutable std::shared_mutex guard_;
  std::map<std::string, std::map<int, definition_ptr>, std::less<>> types_;
};

} // namespace sagas
