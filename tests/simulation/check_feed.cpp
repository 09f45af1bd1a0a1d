// What engines told those who watch, against what their stores told them.
//   E1  a node publishes its batches by rising numbers, which is the order of their commits
//   E2  it publishes what its store has told it, and, when it lives on, all of that
#include <set>

#include "tests/simulation/checker.hpp"

namespace sagas::sim {
namespace {

std::string name_of(const told_batch& what) {
  return "batch " + std::to_string(what.number) + " of node " + std::to_string(what.node);
}

} // namespace

finding check_feed(const history& seen) {
  std::map<std::size_t, std::uint64_t> newest;
  std::map<std::pair<std::size_t, std::uint64_t>, moment> known;
  for (const told_batch& each : seen.acknowledged)
    known[{each.node, each.number}] = each.when;
  std::set<std::pair<std::size_t, std::uint64_t>> published;
  for (const told_batch& each : seen.published) {
    if (each.number <= newest[each.node])
      return violation{"E1", name_of(each) + " is published behind a later one"};
    newest[each.node] = each.number;
    const auto from = known.find({each.node, each.number});
    if (from == known.end() || each.when < from->second)
      return violation{"E2", name_of(each) + " is published, and no store has told it"};
    published.insert(from->first);
  }
  for (const auto& [batch, when] : known)
    if (seen.healed && !seen.nodes[batch.first].ended && !published.contains(batch))
      return violation{"E2", name_of({when, batch.first, batch.second}) + " is never published"};
  return std::nullopt;
}

} // namespace sagas::sim
