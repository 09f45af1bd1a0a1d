// Checks of whole tables: what no single saga shows.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "app/audit/audit.hpp"
#include "app/audit/client_log.hpp"
#include "app/audit/evidence.hpp"
#include "app/audit/reader.hpp"
#include "app/audit/removals.hpp"
#include "app/audit/sqlite.hpp"

namespace sagas::audit {

/// Takes one violation; `saga` is empty for one of the run as a whole.
using accuse = std::function<void(const char* invariant, const std::string& saga, std::string)>;

/// A1 to A3: what became of each key that a client has used. That of a removed saga is free again.
status check_keys(database& store, const client_history& clients, removals& removed,
                  const accuse& wrong);

/// F1: epochs rise, and every one that called a participant had been granted.
status check_epochs(database& store, database& ledger, const accuse& wrong);

/// S1 by the feed: the changes of each saga's state go along the arrows, and the last one is its
/// state (A5). Counts into `counts`.
status check_feed(database& store, reached& counts, const accuse& wrong);

/// Whether the file is of a schema that knows sagas that others have begun.
bool tells_origins(database& store);
/// D1: a saga that had ended well is undone once at most, and what was undone is not in force.
/// @param ledger null: none
status check_undos(database& store, database* ledger, const accuse& wrong);

/// D2: a step has one child at most, and what the parent's rows say of it is so.
status check_children(database& store, const shapes& plans, const accuse& wrong);

/// A5: statistics and rows, which one commit writes, agree, as far as rows were not removed, which
/// was counted then; and what was removed is gone.
status check_statistics(database& store, const removals& removed, const accuse& wrong);

/// Accounting: what is in force at the participants is what ended sagas have done. Fed saga by
/// saga.
class accounts {
public:
  void add(const saga_case& saga);
  void close(const accuse& wrong) const;

private:
  struct entry {
    std::uint64_t in_force = 0;
    std::uint64_t done = 0;
  };
  std::map<std::string, entry> by_step_;
};

} // namespace sagas::audit
