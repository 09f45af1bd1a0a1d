// Undoing a saga that had ended well: by another saga, which is born on its way back with what the
// first one did, so that order, retries, parking and decisions are those of any undo. The first one
// never changes. See docs/adr/0020.
#pragma once

#include <string>
#include <vector>

#include "saga/definition.hpp"
#include "saga/event.hpp"
#include "saga/orchestrator.hpp"
#include "saga/result.hpp"
#include "saga/rows.hpp"

namespace sagas {

/// The idempotency key of the undo of a saga: there is one at most.
std::string undo_key(const saga_id& of);

/// What begins the undo of a saga. Pure.
/// @param now none: whether or not its definition allows that, since who began it asks for it
/// @param original all of its rows
/// @returns errc::conflict when it has not ended well, when its definition allows no undo
///          (ventana_compensacion) or no longer, and when there is nothing to undo
result<start_request> undo_start(const definition_ptr& plan, const stored_saga& original,
                                 authorship who, std::optional<timestamp> now);

} // namespace sagas
