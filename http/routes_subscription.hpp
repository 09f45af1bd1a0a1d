// What the routes of subscriptions and of their dead letters share.
#pragma once

#include <string>

#include "http/api_endpoint.hpp"

namespace sagas::http {

inline constexpr std::size_t subscription_name_max = 100;
inline constexpr milliseconds durable_within{30'000};

/// Told, and false, where no events are delivered.
bool has_subscriptions(const api& self, const exchange_ptr& x);
/// The subscription that the path names.
result<std::string> subscription_of(const request& req);
/// The answer when the store has not said yet.
response unsure();

} // namespace sagas::http
