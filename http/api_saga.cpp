#include "http/api_saga.hpp"

#include <utility>

#include "http/api_input.hpp"

namespace sagas::http {

result<live_saga> find_live(api& self, const saga_id& id) {
  auto stored = self.context.reads.stored(id);
  if (!stored)
    return stored.error();
  if (!*stored)
    return no_such_saga(id);
  stored_saga& saga = **stored;
  auto plan = self.context.definitions.find(saga.header.type, saga.header.version);
  if (!plan)
    return {errc::corrupt, "the definition of this saga is not known here"};
  auto state = rebuild(*plan, saga, self.context.clock());
  if (!state)
    return state.error();
  return live_saga{std::move(plan), std::move(*state), std::move(saga.steps)};
}

} // namespace sagas::http
