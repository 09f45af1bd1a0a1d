// Stores payloads anew as they would be stored now, a few sagas at a time. Internal to
// persistence/.
//
// On SQLite the transaction is the only writer's. On MySQL what is read is locked until it ends, so
// that the other writers of the process change no payload in between.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "persistence/payload_codec.hpp"
#include "persistence/payload_writes.hpp"
#include "saga/reseal.hpp"

namespace sagas {

/// How far a pass has come. It outlives sessions, and moves on only when a bite is committed.
struct reseal_pass {
  std::string after;            ///< the id of the last saga
  std::set<std::string> in_use; ///< keys of what was left as it is
  std::uint64_t locked = 0;
  std::string why; ///< of the first locked
};

/// What one bite has done.
struct reseal_bite {
  reseal_report told;
  reseal_pass next;
};

/// What differs between the databases.
struct reseal_terms {
  std::unique_ptr<payload_writes> writes;
  std::string lock = {}; ///< behind a query, to keep its rows
  bool mends = false;    ///< what is stored plain has to be valid UTF-8
};

class payload_resealer {
public:
  /// `payloads` must outlive it.
  payload_resealer(soci::session& session, payload_codec& payloads, reseal_terms terms);

  /// The next sagas behind `from`, at most `sagas_max`; at the end what operators have set up, too,
  /// and the keys that nothing is sealed with are forgotten. Inside a transaction; throws.
  reseal_bite next(const reseal_pass& from, std::size_t sagas_max);

private:
  std::vector<changed_saga_payloads> sagas_behind(const std::string& id, std::size_t limit);
  std::vector<changed_step_payloads> steps_of(const text_field& saga);
  void reseal_sagas(std::vector<changed_saga_payloads> rows);
  void reseal_steps(const text_field& saga);
  void reseal_digests(const std::string& first, const std::string& last);
  void reseal_kept();
  bool reseal(const payload_place& at, text_field& stored);
  std::string stored_anew(const payload_place& at, std::string_view stored);
  void end();

  soci::session& session_;
  payload_codec& payloads_;
  const reseal_terms terms_;
  reseal_bite bite_;
  std::size_t bytes_ = 0; // of the payloads of this bite that change

  // Bound to the queries.
  changed_saga_payloads saga_;
  changed_step_payloads step_;
  changed_kept_payload kept_;
  changed_digest digest_;
  text_field after_, last_, saga_of_key_;
  number_field limit_;
  soci::statement find_sagas_, find_steps_, find_digests_, find_kept_;
};

} // namespace sagas
