// Texts that MySQL's columns take. Internal to persistence/.
#pragma once

#include "saga/rows.hpp"

namespace sagas {

/// The same changes, every malformed byte of UTF-8 in their texts replaced by U+FFFD. The server
/// refuses such rows, and a saga must not stand still because of a participant's error message.
changes with_valid_text(const changes& what);

} // namespace sagas
