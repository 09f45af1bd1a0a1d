// Takes the writers' rows for a new epoch. Internal to persistence/.
#pragma once

#include <cstdint>

#include "persistence/mysql_store.hpp"

namespace sagas {

/// Raises the epoch in every writer's row, so that whoever wrote before is fenced, and answers it.
/// Waits for at most `owner_wait` for transactions that an older process has left open.
/// Throws what SOCI throws.
std::uint64_t raise_mysql_epoch(soci::session& session, const mysql_store_options& options);

} // namespace sagas
