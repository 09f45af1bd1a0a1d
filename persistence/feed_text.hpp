// The events of one commit as compact text: what `lotes.eventos` holds.
//
//   names, one a line: types, states and steps, each once     n lanzar_campania_completa
//                                                              n COMPLETADO
//   one line an event: saga (or "=", that of the line          e 0190...  0 1 1764061687123 1 A 1
//   before), type, state, time in ms (in all but the first
//   the difference to the line before), step (a name, or "-"), operation, attempt
//
// Names are numbered from 0. In a name a backslash and a line break are written "\\" and "\n".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "saga/feed.hpp"
#include "saga/result.hpp"

namespace sagas {

std::string events_to_text(const std::vector<feed_event>& events);

/// errc::corrupt when it is no such text.
result<std::vector<feed_event>> events_from_text(std::string_view text);

} // namespace sagas
