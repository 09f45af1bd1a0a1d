// sagas db archive: takes sagas that ended long ago out of a database, into a file or for good.
//
// Whoever has the database removes: this process when nobody else has it, else the server, which is
// asked over HTTP. Each bite is on disk in the archive before it is removed, so that a crash
// between leaves it in both; the next run finds it there and goes on.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "app/direct_storage.hpp"

namespace sagas {

struct archive_order {
  config where; ///< whose database
  timestamp ended_before{};
  std::string to;        ///< the archive; empty: what is removed is gone
  bool count = false;    ///< only count what would go
  server_address server; ///< when one has the database
  std::function<void(std::size_t sagas)> progress = {}; ///< told behind each bite
};

struct archive_outcome {
  std::size_t sagas = 0; ///< removed; or counted
  bool by_server = false;
};

/// Where the archive of a database lies unless another place is named: beside it.
std::string archive_path(const config& values);

/// Errors: errc::not_found (no such database), errc::conflict (the archive is in use or is none, or
/// the server has another database), errc::unavailable; what was removed until then is
/// whole. Repeat it.
result<archive_outcome> archive_old(const archive_order& what);

} // namespace sagas
