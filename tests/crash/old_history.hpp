// A past: sagas that ran to their ends a hundred days ago, through the real engine with its clock
// set back, so that a server finds files that it might have written then.
#pragma once

#include <cstddef>
#include <string>

#include "saga/store.hpp"

namespace sagas::test {

/// Campaigns that went well, and others that were undone, each with an idempotency key ("viejo-N").
/// Returns how many: all of them have ended.
std::size_t make_old_history(store_list in, const std::string& ledger, std::size_t sagas);

} // namespace sagas::test
