// Which keys a database's payloads have been sealed with: `claves_cifrado`. Internal to
// persistence/.
//
// A key stands there before it seals anything, so that a store never begins without one that it may
// need, nor with another of the same name. `prueba` is a text that the key has sealed.
#pragma once

#include <set>
#include <string>

#include "persistence/payload_codec.hpp"

namespace sagas {

/// Enters the key that seals. errc::invalid_input, and nothing entered, when a key that stands
/// there is missing or another one. Throws. Nobody else writes to the database meanwhile.
status admit_payload_keys(soci::session& session, const payload_keys_ptr& keys);

/// Takes out the keys that no payload is sealed with any more. Throws. Inside a transaction.
void forget_payload_keys(soci::session& session, const std::set<std::string>& still_used);

} // namespace sagas
