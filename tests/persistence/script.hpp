// What a store is made to do while its disk fails: batches of transitions of several sagas, with
// what must be stored after each.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "saga/store.hpp"

namespace sagas::test {

using stored_sagas = std::map<saga_id, stored_saga>;

struct script {
  std::vector<std::vector<changes>> batches;
  std::vector<stored_sagas> after; ///< [i]: what is stored after i batches
};

/// `sagas` sagas that run side by side to their ends: completed, undone after a refusal, cancelled.
script make_script(int sagas);

/// How far a store came.
struct progress {
  std::size_t acknowledged = 0;    ///< batches
  std::optional<errc> failed_with; ///< of the batch behind them; none: all were committed
  std::string why;
};

/// Commits the batches from `first` on, to the end or the first error.
progress commit_from(store& to, const script& what, std::size_t first);

/// How many batches a file holds, each whole, once a store is opened on it; nothing: what it holds
/// has never been. Also checks that what is written in one commit tells the same.
std::optional<std::size_t> batches_stored(const std::string& path, const script& what);

/// Commits the batches from `first` on to a file that was reopened, and checks all that it holds.
void check_goes_on(const std::string& path, const script& what, std::size_t first);

} // namespace sagas::test
