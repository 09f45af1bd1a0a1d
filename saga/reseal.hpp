// Encrypting anew what a store holds, after its key has changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sagas {

/// How far a pass over all payloads of a store has come. It begins anew with each life of the store
/// and behind each end.
struct reseal_report {
  std::string key = {};       ///< that encrypts now; empty: payloads are stored as they are
  std::uint64_t sagas = 0;    ///< looked at by this call
  std::uint64_t resealed = 0; ///< payloads that it stored anew
  std::uint64_t locked = 0;   ///< of the whole pass: could not be opened, and were left
  std::string why = {};       ///< of the first of those; may name a saga and a key
  bool finished = false;      ///< nothing of the store is left to be looked at
  /// Once finished: the keys that payloads are still encrypted with.
  std::vector<std::string> keys_in_use = {};
};

} // namespace sagas
