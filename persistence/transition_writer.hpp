// Writes transitions, one by one, inside whatever transaction is open. Internal to persistence/.
#pragma once

#include "persistence/records.hpp"
#include "persistence/tally.hpp"
#include "saga/store.hpp"

namespace sagas {

class transition_writer {
public:
  /// `payloads` must outlive it.
  transition_writer(soci::session& session, payload_codec& payloads);

  /// Writes all of `what` and counts it in `to`. When it answers `rejected` or throws, a part may
  /// have been written: roll back. `duplicate` has written nothing.
  commit_ack write(const changes& what, tally& to);

private:
  std::optional<commit_ack> claim_key(const changes& what);
  bool write_saga(const changes& what);
  bool write_step(const changes& what, const step_row& row, tally& to);
  bool amend_step(const changes& what, const step_row& row, tally& to);
  void write_history(const changes& what);

  payload_codec& payloads_;
  saga_record saga_;
  step_record step_;
  step_record old_; // of a row that is amended
  text_field key_, fingerprint_, existing_, existing_fingerprint_;
  text_field at_, kind_, step_name_, by_, reason_;
  soci::statement claim_key_, find_key_, insert_saga_, update_saga_, insert_step_, end_step_,
    find_step_, amend_step_, insert_history_;
};

} // namespace sagas
