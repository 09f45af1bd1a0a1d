// Writes transitions to MySQL, many at once, inside whatever transaction is open.
// Internal to persistence/.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "persistence/mysql_keys.hpp"

namespace sagas {

class mysql_writer {
public:
  /// `payloads` must outlive it.
  mysql_writer(soci::session& session, payload_codec& payloads);

  /// Writes all of `batch` in its order and counts it in `to`. Nothing when one of them is refused:
  /// a part has been written then, roll back and find it out by write_alone(). Throws too.
  std::optional<std::vector<commit_ack>> write(std::span<const changes> batch, tally& to);

  /// Writes one, also the amendment of a row that has ended before. When it answers `rejected` or
  /// throws, a part may have been written: roll back.
  commit_ack write_alone(const changes& what, tally& to);

private:
  using round = std::vector<const changes*>;

  void clear();
  bool write_round(const round& all, tally& to, std::map<const changes*, commit_ack>& duplicates);
  bool write_sagas(const round& all, tally& to);
  void insert_steps(const round& all, tally& to);
  bool end_steps(const round& all, tally& to);
  void write_history(const round& all);
  bool amend(const changes& what, const step_row& row, tally& to);

  payload_codec& payloads_;
  mysql_keys keys_;
  mysql_bulk<mysql_rows::new_saga> new_sagas_;
  mysql_bulk<mysql_rows::changed_saga> changed_sagas_;
  mysql_bulk<mysql_rows::new_step> new_steps_;
  mysql_bulk<mysql_rows::ended_step> ended_steps_;
  mysql_bulk<mysql_rows::ended_step> amended_steps_;
  mysql_bulk<mysql_rows::history> history_;
  step_record old_; // of a row that is amended
  soci::statement find_step_;
};

} // namespace sagas
