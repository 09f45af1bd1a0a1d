// The tables of the store in memory. Internal to persistence/: shared by the store and the queries
// that are opened on them. Whoever touches a member holds `guard`.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "persistence/memory_store.hpp"
#include "saga/child.hpp"

namespace sagas {

class memory_tables {
public:
  struct saga_entry {
    definition_ptr plan; ///< the names of its steps
    saga_header header;
    std::vector<step_row> steps; ///< the one of orden n at n - 1; `insert` is meaningless
    std::vector<history_row> history;
  };
  /// A started saga's idempotency key.
  struct start_entry {
    saga_id saga;
    std::string fingerprint;
  };

  /// Whether a saga above it goes on, and may ask for it.
  bool is_needed(const saga_entry& what) const {
    const saga_entry* at = &what;
    for (std::size_t above = 0; above < child_depth_max && at->header.origin; ++above) {
      const auto found = sagas.find(at->header.origin->saga);
      if (found == sagas.end())
        return false;
      if (!found->second.header.ended)
        return true;
      at = &found->second;
    }
    return false;
  }

  std::mutex guard;
  std::map<saga_id, saga_entry> sagas;
  std::set<saga_id> unfinished;
  std::map<std::string, start_entry> starts; ///< by key
  std::vector<saga_entry> removed;           ///< what the statistics count of them
  std::map<std::pair<std::string, int>, stored_definition> definitions;
  std::map<std::pair<std::string, std::string>, kept_document> kept; ///< by kind and name
  std::map<std::string, std::uint64_t> epochs;        ///< by node; the highest one may write
  std::deque<std::shared_ptr<const feed_batch>> feed; ///< oldest first; the newest feed_max
  std::uint64_t last_batch = 0;

  static constexpr std::size_t feed_max = 100'000;
};

} // namespace sagas
