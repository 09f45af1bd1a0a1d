// Whether a request may do what its route does.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "http/access/keys.hpp"
#include "http/exchange.hpp"

namespace sagas::http {

/// Who asks, or what he is answered.
struct caller_check {
  caller who = {};
  std::optional<response> refused = {};
};

/// By the header Authorization alone. 401 for a key that is none of these, or none at all; 403,
/// naming the scope, for one that may not.
caller_check check_caller(const request& req, scope needed, const key_ring& keys);

/// The keys that are valid now. Any thread; quick.
using key_source = std::function<std::shared_ptr<const key_ring>()>;

/// Whether the key of a request, which was let in, is valid still: for answers that go on. Empty
/// where no keys are needed.
std::function<bool()> standing_of(const request& req, const key_source& keys);

} // namespace sagas::http
