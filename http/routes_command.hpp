// What the routes that steer sagas share.
#pragma once

#include "http/api_endpoint.hpp"
#include "saga/orchestrator.hpp"

namespace sagas::http {

/// Has the engine do it; answers 202 with the state it led to once that is durable, or why not.
void perform(const std::shared_ptr<api>& self, const exchange_ptr& x, const saga_id& id,
             saga_command command);

} // namespace sagas::http
