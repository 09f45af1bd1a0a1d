// What the witnesses of a run have seen, each for itself: the clients, the services with their
// ledger, the network, and a reader of the tables. The checker knows nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "saga/call.hpp"
#include "saga/orchestrator.hpp"
#include "saga/queries.hpp"

namespace sagas::sim {

/// The order of everything seen in one run: later is larger.
using moment = std::uint64_t;

/// The tables as they were behind one commit that changed this saga.
struct saga_version {
  moment when = 0;
  timestamp at{};
  std::uint64_t epoch = 0; ///< of the node that committed
  stored_saga rows;
  std::vector<history_row> history;
};

/// An engine was opened, or ended.
struct node_life {
  moment opened = 0;
  std::optional<moment> ended; ///< crashed, or found dead; none: it lived to the end
  std::uint64_t epoch = 0;
};

/// A client's start, and what it was told.
struct client_start {
  moment when = 0;
  std::size_t node = 0; ///< index of the node_life that it talked to
  std::string type;
  int version = 1;
  document input;
  std::string key; ///< empty: none
  struct answer {
    moment when = 0;
    std::optional<started> ok;
    errc error = errc::internal;
  };
  std::vector<answer> answers;
  struct end {
    moment when = 0;
    saga_status status{};
  };
  std::vector<end> ends;
};

struct client_command {
  moment when = 0;
  std::size_t node = 0;
  saga_id saga;
  saga_command what;
  struct answer {
    moment when = 0;
    std::optional<saga_status> ok;
    errc error = errc::internal;
  };
  std::vector<answer> answers;
};

/// A call that an engine handed to the network.
struct sent_call {
  moment when = 0;
  std::size_t node = 0;
  saga_id saga;
  std::string step;
  call_request what;
  std::uint64_t epoch = 0;
};

/// A line of a service's own diary: what it was asked, and what it did (saga/ledger.hpp).
struct diary_line {
  moment when = 0;
  saga_id saga;
  std::string service;
  std::string step;
  operation op = operation::action;
  std::uint32_t attempt = 0;
  std::uint64_t epoch = 0;
  std::string what;
  std::uint64_t input_digest = 0;
};

/// An outcome that the network handed to an engine.
struct given_outcome {
  moment when = 0;
  saga_id saga;
  std::string step;
  operation op = operation::action;
  std::uint32_t attempt = 0;
  outcome what;
};

/// A service could not read its ledger when it was asked about this step.
struct ledger_fault {
  moment when = 0;
  saga_id saga;
  std::string step;
};

/// A batch of state changes that a store has told its engine, or an engine its watchers.
struct told_batch {
  moment when = 0;
  std::size_t node = 0;
  std::uint64_t number = 0;
};

/// A node has counted that it takes up a saga that it has found unfinished.
struct taken_up {
  std::size_t node = 0;
  saga_id saga;
};

struct history {
  std::map<std::pair<std::string, int>, definition_ptr> plans;
  std::vector<node_life> nodes;
  std::vector<client_start> starts;
  std::vector<client_command> commands;
  std::vector<saga_version> versions; ///< in the order of commits
  std::vector<sent_call> sent;
  std::vector<diary_line> diary;
  std::vector<given_outcome> given;
  std::vector<ledger_fault> ledger_faults;
  std::vector<told_batch> acknowledged; ///< by stores
  std::vector<told_batch> published;    ///< by engines
  std::vector<taken_up> recovered;
  std::vector<moment> doubts; ///< an engine could not know whether a commit was written
  bool healed = false;        ///< the faults had ended, and there was time for everything to end

  const definition& plan_of(const saga_header& header) const {
    return *plans.at({header.type, header.version});
  }
};

/// What a history shows that must not be: the invariant's name, and where.
struct violation {
  std::string invariant;
  std::string text;
};

} // namespace sagas::sim
