// Brings a file's schema up to date. Internal to persistence/.
#pragma once

#include <span>

#include "persistence/schema.hpp"
#include "saga/result.hpp"

namespace soci {
class session;
}

namespace sagas {

/// Runs what the file still lacks of `all`, each migration in a transaction of its own, so that a
/// crash leaves a whole version. errc::conflict, and nothing done, when the file is newer.
status upgrade_schema(soci::session& session, std::span<const schema::migration> all);

} // namespace sagas
