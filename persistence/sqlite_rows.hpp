// A SQLite file as one end of a copy. Internal to persistence/.
#pragma once

#include "persistence/copied_rows.hpp"
#include "persistence/plain_sqlite.hpp"

namespace sagas {

/// A file as it is at this moment, whatever is written to it meanwhile; looked through first, since
/// a damaged index would hide rows. Errors: as store_version().
result<std::unique_ptr<copy_source>> read_sqlite_rows(const std::string& path, opened_as how);

/// Fills an empty file with the tables of one version of the schema. Nothing is synced.
result<std::unique_ptr<copy_target>> fill_sqlite_file(const std::string& path,
                                                      std::uint32_t version);

} // namespace sagas
