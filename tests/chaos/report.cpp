#include "chaos/report.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace sagas::chaos {
namespace {

constexpr std::size_t shown_max = 20;

struct figures {
  std::size_t struck = 0;
  std::uint64_t in_flight = 0;
  std::vector<milliseconds> recoveries; // sorted
};

figures figures_of(const outcome& of, std::optional<fault_kind> kind) {
  figures made;
  for (const fault_record& each : of.faults) {
    if (kind && each.what != *kind)
      continue;
    ++made.struck;
    made.in_flight += each.in_flight;
    if (each.recovery)
      made.recoveries.push_back(*each.recovery);
  }
  std::sort(made.recoveries.begin(), made.recoveries.end());
  return made;
}

std::int64_t share_of(const figures& of, double share) {
  if (of.recoveries.empty())
    return 0;
  const auto place = static_cast<std::size_t>(
    std::ceil(share * static_cast<double>(of.recoveries.size())));
  return of.recoveries[std::max<std::size_t>(place, 1) - 1].count();
}

std::string column(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string line_of(const std::string& name, const figures& of) {
  std::string text = "  " + name + std::string(10 - std::min<std::size_t>(10, name.size()), ' ');
  for (const std::uint64_t value :
       {std::uint64_t{of.struck}, of.in_flight, static_cast<std::uint64_t>(share_of(of, 0.50)),
        static_cast<std::uint64_t>(share_of(of, 0.95)),
        static_cast<std::uint64_t>(share_of(of, 1.0))})
    text += column(std::to_string(value), 11);
  return text + "\n";
}

std::string table_of_faults(const outcome& of) {
  std::string text = "  fault          struck  in flight     p50 ms     p95 ms     max ms  until a "
                     "start was acknowledged again\n";
  for (std::size_t kind = 0; kind < fault_names.size(); ++kind)
    if (const figures found = figures_of(of, static_cast<fault_kind>(kind)); found.struck > 0)
      text += line_of(std::string{fault_names[kind]}, found);
  return text + line_of("all", figures_of(of, {}));
}

std::vector<std::string> breaches_of(const outcome& of) {
  std::vector<std::string> all;
  for (const breach& each : of.breaches)
    all.push_back(each.invariant + "  " + each.text);
  if (of.ends_are_certain())
    for (const std::string& each : of.ends.faults)
      all.push_back("end  " + each);
  for (const audit::violation& each : of.audited.violations)
    all.push_back(each.invariant + "  " + each.saga + " " + each.text);
  return all;
}

nlohmann::ordered_json as_object(const figures& of) {
  return {{"struck", of.struck},
          {"in_flight", of.in_flight},
          {"recovery_p50_ms", share_of(of, 0.50)},
          {"recovery_p95_ms", share_of(of, 0.95)},
          {"recovery_max_ms", share_of(of, 1.0)}};
}

nlohmann::ordered_json as_object(const footprint& of) {
  return {{"memory_mib", of.memory_mib}, {"descriptors", of.descriptors}, {"threads", of.threads}};
}

} // namespace

exit_code verdict_of(const outcome& of) {
  if (of.violations() > 0)
    return exit_broken;
  return of.voids().empty() ? exit_passed : exit_void;
}

std::string as_text(const outcome& of) {
  const audit::reached& seen = of.audited.counts;
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  std::string text = "seed " + number(of.seed) + ", " + number(of.faults.size()) + " of "
                     + number(of.planned) + " faults, " + number(of.took.count() / 1'000) + " s\n\n"
                     + table_of_faults(of) + "\n";
  text += "  sagas       " + number(seen.sagas) + " stored, " + number(seen.acknowledged)
          + " starts acknowledged, " + number(seen.unanswered) + " without an answer at first\n";
  text += "  undone      " + number(seen.undone) + " steps, " + number(seen.cancels) + " cancels, "
          + number(seen.parked) + " parked, " + number(seen.decisions) + " decisions\n";
  text += "  lives       " + number(seen.epochs) + " of the server; " + number(seen.resumed)
          + " sagas were served in more than one\n";
  text += "  afterwards  all had ended after " + number(of.settled_in.count()) + " ms; "
          + as_text(of.after) + " (idle at first: " + as_text(of.idle) + ")\n";
  if (!of.ends_are_certain())
    text += "  ends        " + number(of.ends.faults.size())
            + " otherwise than planned, since faults have cost attempts\n";
  text += "\n";
  text += number(of.audited.by_invariant.size()) + " invariants audited: " + number(of.violations())
          + " violations\n";
  const auto all = breaches_of(of);
  for (std::size_t i = 0; i < std::min(shown_max, all.size()); ++i)
    text += "  " + all[i] + "\n";
  for (const std::string& why : of.voids())
    text += "VOID: only " + why + "\n";
  return text;
}

std::string as_json(const outcome& of) {
  using json = nlohmann::ordered_json;
  json kinds = json::object();
  for (std::size_t kind = 0; kind < fault_names.size(); ++kind)
    if (const figures found = figures_of(of, static_cast<fault_kind>(kind)); found.struck > 0)
      kinds[std::string{fault_names[kind]}] = as_object(found);
  const json whole{{"seed", of.seed},
                   {"planned", of.planned},
                   {"faults", kinds},
                   {"all", as_object(figures_of(of, {}))},
                   {"settled_in_ms", of.settled_in.count()},
                   {"took_ms", of.took.count()},
                   {"idle", as_object(of.idle)},
                   {"after", as_object(of.after)},
                   {"otherwise_than_planned", of.ends.faults.size()},
                   {"violations_total", of.violations()},
                   {"breaches", breaches_of(of)},
                   {"void", of.voids()},
                   {"audit", json::parse(audit::as_json(of.audited))}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace sagas::chaos
