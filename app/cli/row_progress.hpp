// A line that is written over and over while rows are copied, for people who watch.
#pragma once

#include "persistence/store_copy.hpp"

namespace sagas::cli {

/// On stderr; nothing when that is no terminal.
rows_progress row_progress_line();

} // namespace sagas::cli
