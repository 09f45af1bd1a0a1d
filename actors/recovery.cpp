#include "actors/recovery.hpp"

#include <utility>

namespace sagas::actors {

resumption resumption_of(const saga_header& saga) {
  if (saga.recoveries >= 3)
    return resumption::leave;
  return saga.recoveries == 2 ? resumption::park : resumption::normal;
}

std::optional<next_page> recovery::next() {
  if (done_ || asked_ || open_ > 0)
    return std::nullopt;
  asked_ = true;
  return next_page{troubled_, after_, settled_};
}

void recovery::arrived(const page& what, std::vector<saga_id> settled, std::size_t taken) {
  asked_ = false;
  settled_ = std::move(settled);
  open_ = taken;
  after_ = what.last;
  if (what.last)
    return;
  done_ = troubled_;
  troubled_ = true;
}

} // namespace sagas::actors
