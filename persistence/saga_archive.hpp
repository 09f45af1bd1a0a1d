// A file of sagas that go out of a database: of the store's own schema, so that whatever reads a
// store reads it, and appended to run by run.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "persistence/mysql_session.hpp"
#include "saga/ids.hpp"
#include "saga/result.hpp"

namespace sagas {

class saga_archive {
public:
  virtual ~saga_archive() = default;

  /// Copies these sagas with all their rows, and counts them in the file's own statistics, as one
  /// transaction; those that it holds already, and those that are gone from the source, are passed
  /// over. On disk when it returns. How many were copied.
  virtual result<std::size_t> add(std::span<const saga_id> ids) = 0;
};

/// Opens `file`, made (0600) when absent, for sagas out of a database that may be live; nobody else
/// may have it open. Errors: errc::conflict (it is a live database, somebody else has it open, or a
/// newer program wrote it), errc::corrupt (not ours), errc::unavailable.
result<std::unique_ptr<saga_archive>> open_sqlite_archive(const std::string& file,
                                                          const std::string& source);
result<std::unique_ptr<saga_archive>> open_mysql_archive(const std::string& file,
                                                         const mysql_terms& source);

} // namespace sagas
