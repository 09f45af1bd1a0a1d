// Subscriptions on the wire.
#pragma once

#include "http/json_writer.hpp"
#include "http/subscription_desk.hpp"
#include "saga/kept.hpp"

namespace sagas::http {

/// As it was set up, where it stands, and how it fares.
/// @param state null: nothing is known of how it fares, as just after it was put
void write_subscription(json_writer& json, const kept_document& what,
                        const subscription_state* state);

} // namespace sagas::http
