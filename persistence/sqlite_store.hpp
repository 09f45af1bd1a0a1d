// The durable store on one SQLite file, for production.
//
// One process writes to a file: a lock on the side file `<path>.lock` keeps every other out. Never
// open the file in this process by other means while it is in use: closing any other descriptor
// of it drops SQLite's own locks.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "persistence/payload_keys.hpp"
#include "saga/result.hpp"
#include "saga/store.hpp"

namespace sagas {

/// How much a commit waits for. Only `full` survives a power cut without losing acknowledged
/// commits; `normal` may lose the last ones then, `off` may lose the file.
enum class sqlite_synchronous : std::uint8_t { off = 0, normal = 1, full = 2 };

struct sqlite_options {
  std::string path;            ///< of the file; created (0600) with its schema when absent
  std::string node = "nodo-1"; ///< name of this node in `nodos`, at most 100 characters
  sqlite_synchronous synchronous = sqlite_synchronous::full;
  std::chrono::milliseconds busy_timeout{5'000}; ///< wait for a foreign writer, e.g. a shell
  std::chrono::hours feed_kept{24};  ///< how long events stay readable by a resumed feed
  std::uint32_t cache_mib = 64;      ///< page cache of the writer
  std::uint32_t checkpoint_mib = 32; ///< checkpoint when the WAL has grown by this much
  std::uint64_t pages_max = 0;       ///< bound of the file in pages of 4 KiB; 0: none
  std::string vfs = {};              ///< of SQLite; empty: the system's
  payload_keys_ptr keys = {};        ///< that payloads are encrypted with; none: they are not
};

/// Opens, and creates or upgrades, a store; raises the epoch, so that whoever wrote before is
/// fenced. Errors: errc::conflict (another process holds it, or a newer program wrote it),
/// errc::corrupt (no database of ours; left untouched), errc::invalid_input (the options),
/// errc::unavailable (disk full, no permission, ...). The message says what to do.
result<std::unique_ptr<store>> open_sqlite_store(const sqlite_options& options);

} // namespace sagas
