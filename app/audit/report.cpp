// The audit's findings as text for people and as JSON.
#include <utility>

#include <nlohmann/json.hpp>

#include "app/audit/audit.hpp"

namespace sagas::audit {
namespace {

std::vector<std::pair<const char*, std::uint64_t>> named(const reached& of) {
  return {{"sagas", of.sagas},
          {"attempts", of.attempts},
          {"retries", of.retries},
          {"attempts without an answer", of.unknown},
          {"steps undone", of.undone},
          {"undos seen at the participants", of.undo_checked},
          {"steps undone by hand", of.undone_by_hand},
          {"effects seen at the participants", of.done_checked},
          {"sagas that were parked", of.parked},
          {"operators' decisions", of.decisions},
          {"cancels", of.cancels},
          {"undos of what never came", of.empty_undos},
          {"duplicate calls", of.duplicates},
          {"actions after their undo", of.hanging},
          {"lost replies", of.lost_replies},
          {"lives of the server", of.epochs},
          {"sagas served in more than one", of.resumed},
          {"starts acknowledged", of.acknowledged},
          {"starts without an answer", of.unanswered},
          {"sagas removed for their age", of.removed},
          {"sagas on the move, not held against the ledger", of.moving},
          {"state changes in the feed", of.feed_events}};
}

} // namespace

std::string as_text(const report& of, std::size_t violations_max) {
  std::string text;
  for (const auto& [name, count] : named(of.counts))
    text += std::string(8 - std::min<std::size_t>(8, std::to_string(count).size()), ' ')
            + std::to_string(count) + "  " + name + "\n";
  text += "\nchecked:";
  for (const auto& [invariant, count] : of.by_invariant)
    text += " " + invariant + (count > 0 ? "(" + std::to_string(count) + "!)" : "");
  text += "\n";
  for (std::size_t i = 0; i < std::min(violations_max, of.violations.size()); ++i) {
    const violation& each = of.violations[i];
    text += each.invariant + "  " + (each.saga.empty() ? "" : each.saga + "  ") + each.text + "\n";
  }
  return text + std::to_string(of.violations_total) + " violations\n";
}

std::string as_json(const report& of) {
  using json = nlohmann::ordered_json;
  json reached = json::object();
  for (const auto& [name, count] : named(of.counts))
    reached[name] = count;
  json violations = json::array();
  for (const violation& each : of.violations)
    violations.push_back(
      {{"invariant", each.invariant}, {"saga_id", each.saga}, {"text", each.text}});
  const json whole{{"violations_total", of.violations_total},
                   {"violations", violations},
                   {"by_invariant", of.by_invariant},
                   {"by_state", of.counts.by_state},
                   {"reached", reached}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace sagas::audit
