// Searches in SQLite. Internal to persistence/.
#pragma once

#include "persistence/read_session.hpp"
#include "persistence/reading.hpp"

namespace sagas {

/// Throws what SOCI throws.
reading::id_page search_ids(read_session& from, const saga_filter& what);

} // namespace sagas
