#include "actors/recovery.hpp"

#include <utility>

namespace sagas::actors {

// Parking has to survive crashes of its own: given up only when it can't be chance any more.
resumption resumption_of(const saga_header& saga) {
  constexpr std::uint32_t park_from = 2;
  constexpr std::uint32_t leave_from = 10;
  if (saga.recoveries >= leave_from)
    return resumption::leave;
  return saga.recoveries >= park_from ? resumption::park : resumption::normal;
}

std::optional<next_page> recovery::next() {
  if (done_ || asked_ || open_ > 0)
    return std::nullopt;
  asked_ = true;
  passed_.clear();
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
