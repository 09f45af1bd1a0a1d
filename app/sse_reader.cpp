#include "app/sse_reader.hpp"

#include <algorithm>
#include <utility>

namespace sagas {
namespace {
constexpr std::size_t size_max = 1 << 20;
}

bool sse_reader::feed(std::string_view chunk,
                      const std::function<bool(const sse_event&)>& on_event) {
  while (true) {
    const auto end = chunk.find('\n');
    if (rest_.size() + std::min(end, chunk.size()) > size_max)
      rest_.clear();
    else
      rest_.append(chunk.substr(0, end));
    if (end == std::string_view::npos)
      return true;
    chunk.remove_prefix(end + 1);
    if (!rest_.empty() && rest_.back() == '\r')
      rest_.pop_back();
    const std::string line = std::exchange(rest_, {});
    if (!take_line(line, on_event))
      return false;
  }
}

bool sse_reader::take_line(std::string_view line,
                           const std::function<bool(const sse_event&)>& on_event) {
  if (line.empty()) {
    const sse_event done = std::exchange(event_, {});
    return done.data.empty() || on_event(done);
  }
  const auto colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' '))
    value.remove_prefix(1);
  if (field == "id")
    event_.id = value;
  else if (field == "event")
    event_.name = value;
  else if (field == "data" && event_.data.size() + value.size() < size_max)
    event_.data += (event_.data.empty() ? "" : "\n") + std::string{value};
  return true;
}

} // namespace sagas
