// Server-sent events, from chunks of bytes as they arrive.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sagas {

struct sse_event {
  std::string id;
  std::string name; ///< of "event:"
  std::string data;
};

/// Splits a stream into events; a line or event longer than 1 MiB is dropped. A value.
class sse_reader {
public:
  /// Calls `on_event` for each event that this chunk completes, until that returns false.
  /// @returns false when `on_event` did.
  bool feed(std::string_view chunk, const std::function<bool(const sse_event&)>& on_event);

private:
  bool take_line(std::string_view line, const std::function<bool(const sse_event&)>& on_event);

  std::string rest_; // of a line not yet ended
  sse_event event_;
};

} // namespace sagas
