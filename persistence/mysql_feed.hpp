// Numbers the commits of all writers and keeps their events. Internal to persistence/.
#pragma once

#include <chrono>

#include "persistence/fields.hpp"
#include "saga/feed.hpp"

namespace sagas {

class mysql_feed {
public:
  mysql_feed(soci::session& session, std::chrono::hours kept);

  /// Gives the batch its number and writes its events; the last thing before the commit. The
  /// counter's row stays locked until then, so that numbers are in the order of the commits, and
  /// one that is rolled back is given again. Throws.
  void write(feed_batch& batch, timestamp now);

private:
  soci::session& session_;
  const std::chrono::hours kept_;
  unsigned written_ = 0;
  number_field number_, size_;
  text_field now_, cutoff_, events_;
  soci::statement count_, insert_, prune_;
};

} // namespace sagas
