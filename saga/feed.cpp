#include "saga/feed.hpp"

#include <charconv>

#include "saga/rows.hpp"

namespace sagas {

std::string to_text(const feed_position& at) {
  return std::to_string(at.batch) + "-" + std::to_string(at.index);
}

std::optional<feed_position> parse_feed_position(std::string_view text) {
  feed_position at;
  const char* const end = text.data() + text.size();
  const auto batch = std::from_chars(text.data(), end, at.batch);
  if (batch.ec != std::errc{} || batch.ptr == end || *batch.ptr != '-')
    return std::nullopt;
  const auto index = std::from_chars(batch.ptr + 1, end, at.index);
  if (index.ec != std::errc{} || index.ptr != end)
    return std::nullopt;
  return at;
}

void append_events(const changes& what, std::vector<feed_event>& to) {
  for (const step_row& row : what.steps)
    if (!row.adopted())
      to.push_back({what.id, what.plan->type, row.ended.value_or(row.started), to_text(row.status),
                    what.plan->steps[row.step].name, row.op, row.attempt});
  if (what.header && what.header->status != what.was)
    to.push_back({what.id,
                  what.plan->type,
                  what.header->ended.value_or(what.steps.empty() ? what.header->started
                                                                 : what.steps.back().started),
                  to_text(what.header->status),
                  {},
                  operation::action,
                  0});
}

} // namespace sagas
