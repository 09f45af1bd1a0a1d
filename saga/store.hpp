// The port through which everything durable is written and loaded. Implemented in persistence/.
//
// One thread at a time: each persistence actor owns a store.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "saga/feed.hpp"
#include "saga/kept.hpp"
#include "saga/reseal.hpp"
#include "saga/result.hpp"
#include "saga/rows.hpp"

namespace sagas {

/// What became of one transition of a batch.
struct commit_ack {
  enum class verdict : std::uint8_t {
    committed, ///< durable
    duplicate, ///< its idempotency key is taken: `existing` started with it; nothing written
    rejected,  ///< the store refuses this row whatever else is in the batch; nothing written
    fenced,    ///< another node owns this saga; nothing written
  };
  verdict what = verdict::committed;
  saga_id existing{};      ///< of duplicate
  bool same_start = false; ///< of duplicate: the fingerprint is the same
  std::string error;       ///< of rejected: a cause for the log, without values
};

/// What became of a batch, and its events for those who watch.
struct batch_result {
  std::vector<commit_ack> acks; ///< one for each transition, in order
  feed_batch events;
};

/// A registered definition as stored.
struct stored_definition {
  std::string type;
  int version = 1;
  document source;
  timestamp registered{};
};

/// How long a saga and its idempotency key stay at least after its end.
inline constexpr std::chrono::hours kept_at_least{24};

class store {
public:
  virtual ~store() = default;

  /// The fencing epoch that this process holds; taken when the store was opened, higher than any
  /// before.
  virtual std::uint64_t epoch() const = 0;

  /// Commits the transitions in order, in one transaction, each whole or not at all.
  /// Errors for the batch as a whole: errc::unavailable (nothing was written, try again),
  /// errc::unknown_outcome (reload before going on), errc::fenced (another process has opened the
  /// store since; nothing was written: stop the process), errc::fatal (stop the process).
  virtual result<batch_result> commit(std::span<const changes> batch, timestamp now) = 0;

  /// Sagas that are not terminal, without a counted recovery or, when `troubled`, with at least
  /// one; oldest first, behind `after`; at most `limit`.
  struct unfinished_query {
    std::optional<saga_id> after;
    bool troubled = false; ///< false: recoveries == 0; true: recoveries > 0
    std::size_t limit = 256;
  };
  virtual result<std::vector<stored_saga>> unfinished(const unfinished_query& what) = 0;

  /// One saga; nothing when there is none.
  virtual result<std::optional<stored_saga>> find(const saga_id& id) = 0;

  /// Counts a recovery of these sagas, durably, before it is tried (+1), or takes the count back
  /// once it has succeeded (= 0). A commit never touches the count.
  virtual status count_recovery(std::span<const saga_id> ids) = 0;
  virtual status settle_recovery(std::span<const saga_id> ids) = 0;

  /// Keeps a definition for ever. errc::conflict when that type and version exist with another
  /// text; the same text again is fine.
  virtual status save_definition(const stored_definition& what) = 0;
  virtual result<std::vector<stored_definition>> definitions() = 0;

  /// Removes those of `ids` that ended before `ended_before`, but for those that a saga which goes
  /// on has begun, each with all its rows and its
  /// idempotency key, in one transaction; tells how many. The others are left as they are: those
  /// that have not ended so long, were removed before or never were; so it may be repeated. The
  /// statistics go on counting what is removed. Errors as of commit.
  virtual result<std::size_t> remove(std::span<const saga_id> ids, timestamp ended_before) = 0;

  /// Makes these changes of what operators have set up, in order, in one transaction. Errors as of
  /// commit; errc::invalid_input when one does not fit the table: nothing was written.
  virtual status keep(std::span<const kept_change> what) = 0;

  /// Stores the payloads of the next sagas, at most `sagas_max`, as they would be stored now:
  /// encrypted with the present key, or plain; each call goes on where the one before ended. One
  /// transaction of some MiB at most, or of one saga. Errors as of commit, and then the pass has
  /// not moved on: repeat it.
  virtual result<reseal_report> reseal(std::size_t sagas_max) = 0;
};

/// The stores of one engine, one for each of its writers.
using store_list = std::vector<std::unique_ptr<store>>;
inline store_list only(std::unique_ptr<store> one) {
  store_list all;
  all.push_back(std::move(one));
  return all;
}

} // namespace sagas
