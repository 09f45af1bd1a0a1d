// What routes answer about one saga.
#pragma once

#include "http/api_endpoint.hpp"
#include "saga/ids.hpp"

namespace sagas::http {

/// The saga with its steps' summary, as read now. Reads the store.
response saga_answer(api& self, const saga_id& id);

} // namespace sagas::http
