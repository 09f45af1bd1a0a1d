// One saga as the machine knows it, read from the store.
#pragma once

#include <vector>

#include "http/api_endpoint.hpp"
#include "saga/machine.hpp"

namespace sagas::http {

/// A saga as it stands now, with its definition, from the stored rows.
struct live_saga {
  definition_ptr plan;
  saga_state state;
  std::vector<step_row> rows;
};
/// Reads the store. errc::not_found when there is none.
result<live_saga> find_live(api& self, const saga_id& id);

} // namespace sagas::http
