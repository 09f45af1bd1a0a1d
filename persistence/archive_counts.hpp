// The statistics of an archive: what stands in it, counted as a store counts it. Internal to
// persistence/.
#pragma once

#include <vector>

#include "persistence/fields.hpp"

namespace sagas {

class archive_counts {
public:
  explicit archive_counts(soci::session& session);
  archive_counts(const archive_counts&) = delete;
  archive_counts& operator=(const archive_counts&) = delete;

  /// A saga whose rows have just been written. Throws.
  void add(const saga_id& id);

private:
  text_field saga_;
  std::vector<soci::statement> statements_;
};

} // namespace sagas
