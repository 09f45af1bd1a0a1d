// The care of a store's SQLite file, beside its server or without it: look, copy, put back,
// upgrade.
//
// What may meet a running server (check, back up) reads only; what writes takes the file's lock
// first, so that one connection owns every write. Each opens the file anew: never call them in the
// process that serves it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "persistence/care_findings.hpp"
#include "saga/result.hpp"

namespace sagas {

/// Reads every page, index and reference; a live file too. Errors: errc::not_found, errc::corrupt
/// (no database of ours, or too damaged to be read), errc::conflict (a newer program's).
result<database_findings> check_sqlite_file(const std::string& path);

/// How far a copy is, in pages of the file.
using copy_progress = std::function<void(int done, int total)>;

struct backup_terms {
  std::string from; ///< may be live
  std::string to;
  bool replace = false; ///< `to` may exist
  copy_progress progress = {};
};

/// Copies one consistent moment of `from` into a new file of mode 0600, checked and on disk before
/// it gets its name. Returns its size in bytes. Errors: errc::conflict (`to` exists),
/// errc::unavailable (disk full, ...), and those of check_sqlite_file.
result<std::uint64_t> backup_sqlite_file(const backup_terms& what);

struct restore_terms {
  std::string backup;
  std::string to;
  bool replace = false; ///< `to` may exist: it is kept beside
  copy_progress progress = {};
};

/// Puts a checked copy of a backup in the place of a database that no server holds, and lifts its
/// epochs above any that participants may have seen since. Returns where the replaced database lies
/// now; empty when there was none. Errors: as backup_sqlite_file, and errc::conflict when a server
/// holds `to`; the database is as it was then.
result<std::string> restore_sqlite_file(const restore_terms& what);

/// Brings the schema of a file that exists and that no server holds up to date; `try_only` only
/// tells. Errors: errc::not_found, errc::conflict (held, or newer), errc::corrupt.
result<schema_step> upgrade_sqlite_file(const std::string& path, bool try_only);

/// Makes a file that no server holds as small as it can be: what was removed or replaced stands in
/// none of its pages any more, nor in its log. Needs as much room again meanwhile. Errors: as
/// above.
status compact_sqlite_file(const std::string& path);

} // namespace sagas
