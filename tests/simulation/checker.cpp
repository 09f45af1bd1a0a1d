#include "tests/simulation/checker.hpp"

namespace sagas::sim {

std::map<saga_id, story> stories_of(const history& seen) {
  std::map<saga_id, story> all;
  for (const saga_version& each : seen.versions) {
    story& of = all[each.rows.header.id];
    if (of.versions.empty()) {
      of.id = each.rows.header.id;
      of.plan = &seen.plan_of(each.rows.header);
    }
    of.versions.push_back(&each);
  }
  for (const diary_line& line : seen.diary)
    if (const auto found = all.find(line.saga); found != all.end())
      found->second.diary.push_back(&line);
  return all;
}

// The rows first: what is wrong in them is wrong for everybody who reads them.
finding check(const history& seen) {
  const auto sagas = stories_of(seen);
  for (const auto one : {check_changes, check_sends, check_closed})
    for (const auto& [id, of] : sagas)
      if (auto found = one(of))
        return found;
  if (auto found = check_owners(seen))
    return found;
  if (auto found = check_feed(seen))
    return found;
  if (auto found = check_calls(seen, sagas))
    return found;
  for (const auto& [id, of] : sagas)
    if (auto found = check_outcomes(seen, of))
      return found;
  for (const auto& [id, of] : sagas)
    if (auto found = check_end(of))
      return found;
  if (auto found = check_starts(seen, sagas))
    return found;
  return check_commands(seen, sagas);
}

} // namespace sagas::sim
