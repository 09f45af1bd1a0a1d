// sagas db rekey: encrypts anew what a database holds, after its key has changed.
//
// Whoever has the database does it: this process when nobody else has it, else the server, which is
// asked over HTTP. Each bite is a transaction; interrupted, it is begun anew, and passes over what
// has been done.
#pragma once

#include <functional>

#include "app/direct_storage.hpp"

namespace sagas {

struct rekey_outcome {
  reseal_report pass; ///< of the last bite, with the sums of all
  bool by_server = false;
};

struct rekey_order {
  config where;
  bool to_plain = false;                                   ///< whatever key the file has first
  server_address server;                                   ///< when one has the database
  std::function<void(const reseal_report&)> progress = {}; ///< told behind each bite: the sums
};

/// Errors: errc::not_found (no such database), errc::invalid_input (its keys), errc::conflict (the
/// server has another database, or encrypts with another key), errc::unavailable; what was
/// encrypted anew until then is. Repeat it.
result<rekey_outcome> rekey(const rekey_order& what);

} // namespace sagas
