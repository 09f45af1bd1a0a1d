// Writes a tally into the statistics' tables of MySQL. Internal to persistence/.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "persistence/mysql_bulk.hpp"
#include "persistence/mysql_rows.hpp"

namespace sagas {

/// Each writer counts into rows of its own: shared ones would make all of them wait for each other
/// at every commit.
class mysql_tally_writer {
public:
  mysql_tally_writer(soci::session& session, int writer);

  /// Throws.
  void write(const tally& what);
  /// What was written has been committed: its services need not be written again.
  void committed() { known_.merge(written_); }
  void clear();

private:
  template <class Row>
  void add(mysql_bulk<Row>& to, const tally::key& of, const tally::figures& by);
  void add(const tally::key& of, const tally::figures& by);
  void add_services(const definition& plan);

  const int writer_;
  mysql_bulk<mysql_rows::saga_count> saga_counts_;
  mysql_bulk<mysql_rows::saga_duration> saga_durations_;
  mysql_bulk<mysql_rows::step_count> step_counts_;
  mysql_bulk<mysql_rows::step_duration> step_durations_;
  mysql_bulk<mysql_rows::service> services_;
  std::set<std::pair<std::string, std::string>> known_, written_; // service and type
};

} // namespace sagas
