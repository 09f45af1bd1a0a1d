// What a command would lead to, without doing it: the machine on the live state.
#pragma once

#include <optional>
#include <vector>

#include "saga/machine.hpp"

namespace sagas {

inline constexpr std::size_t preview_events_max = 1'000;

struct preview {
  saga_state next; ///< right behind the command
  std::vector<call_request> sent;
  std::vector<history_row> history;
  std::vector<call_request> awaited; ///< whose answers it would wait for then
  std::optional<timestamp> wakes;    ///< when it would go on by itself at the latest
  /// If every participant then answered that it is done: the calls that would still follow, in
  /// order, without their true inputs; and how it would stand in the end.
  std::vector<call_request> follows;
  saga_status end = saga_status::started;
};

/// Pure. Errors as of advance(), but for errc::stale, which is a conflict here: nothing would
/// change.
result<preview> preview_of(const definition_ptr& plan, const saga_state& state, const event& what);

} // namespace sagas
