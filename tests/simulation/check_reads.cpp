// What readers are shown, against the rows: the queries and the feed of state changes.
#include "tests/simulation/world.hpp"

namespace sagas::sim {
namespace {

using statuses = std::vector<std::string>;

// The states that a saga has gone through, one after another.
statuses path_of(const history& seen, const saga_id& id) {
  statuses path;
  for (const saga_version& version : seen.versions)
    if (version.rows.header.id == id
        && (path.empty() || path.back() != to_text(version.rows.header.status)))
      path.emplace_back(to_text(version.rows.header.status));
  return path;
}

std::map<saga_id, statuses> told_by(const std::vector<feed_batch>& feed) {
  std::map<saga_id, statuses> told;
  for (const feed_batch& batch : feed)
    for (const feed_event& event : batch.events)
      if (event.step.empty())
        told[event.saga].push_back(event.status);
  return told;
}

bool shows(queries& reader, const saga_version& last) {
  const saga_id& id = last.rows.header.id;
  const auto saga = reader.saga(id);
  const auto status = reader.status_of(id);
  const auto steps = reader.steps(id);
  if (!saga || !*saga || !status || !steps || steps->size() != last.rows.steps.size())
    return false;
  for (std::size_t i = 0; i < steps->size(); ++i) {
    step_row row = last.rows.steps[i];
    row.insert = false;
    if ((*steps)[i].row != row)
      return false;
  }
  return *status == last.rows.header.status && (*saga)->header.error == last.rows.header.error;
}

} // namespace

std::optional<violation> check_reads(const history& seen, watched_tables& tables, timestamp now) {
  queries& reader = *tables.reader;
  const auto feed = reader.events_after({}, 1'000'000);
  const auto stats = reader.stats(std::nullopt, std::nullopt, now);
  const auto active = reader.active(1'000);
  if (!feed || !stats || !active)
    return violation{"D", "a query fails"};
  auto told = told_by(*feed);
  std::map<std::string, std::uint64_t> by_status;
  std::uint64_t open = 0;
  for (const auto& [id, last] : tables.last) {
    if (!shows(reader, last))
      return violation{"D", "the queries show saga " + to_text(id) + " otherwise than its rows"};
    if (told[id] != path_of(seen, id))
      return violation{"D", "the feed tells saga " + to_text(id) + " otherwise than its rows"};
    ++by_status[to_text(last.rows.header.status)];
    open += !is_terminal(last.rows.header.status);
  }
  if (stats->total != tables.last.size() || active->total != open)
    return violation{"D", "the statistics count another number of sagas"};
  for (const auto& [status, count] : by_status)
    if (stats->by_status.at(status) != count)
      return violation{"D", "the statistics count otherwise in " + status};
  return std::nullopt;
}

} // namespace sagas::sim
