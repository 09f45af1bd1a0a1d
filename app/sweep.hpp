// One pass over all sagas that ended before some time: found, perhaps archived, then removed, in
// bites with rests between them. Of the server's retention, and of sagas db archive.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include "saga/queries.hpp"
#include "saga/result.hpp"

namespace sagas {

struct sweep_terms {
  timestamp ended_before{};
  std::size_t bite = 50; ///< sagas looked at, archived and removed at once
  /// Makes a bite's rows safe elsewhere before they are removed; none: they are gone.
  std::function<status(const std::vector<saga_id>&)> archive = {};
  /// Removes a bite; how many went. None: they are only counted.
  std::function<result<std::size_t>(const std::vector<saga_id>&)> remove = {};
  /// Called behind each bite, with how many went and the time that it took; false: enough.
  std::function<bool(std::size_t went, std::chrono::steady_clock::duration took)> rest = {};
};

/// Repeating a pass that failed or was stopped is no harm. Returns how many sagas were found (those
/// removed, when they are removed).
result<std::size_t> sweep(queries& reads, const sweep_terms& what);

} // namespace sagas
