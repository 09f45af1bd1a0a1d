#include "app/demo/outcome.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace sagas::demo {
namespace {

constexpr std::size_t faults_shown = 20;

// 12,345
std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0)
      text += ',';
    text += digits[i];
  }
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string seconds(double value) {
  char text[32];
  if (value < 1)
    std::snprintf(text, sizeof text, "%.0f ms", value * 1'000);
  else
    std::snprintf(text, sizeof text, "%.2f s", value);
  return text;
}

std::string line(const char* name, const std::string& text) {
  std::string padded = name;
  padded.resize(std::max<std::size_t>(padded.size(), 14), ' ');
  return "  " + padded + text + "\n";
}

std::string table_of_ends(const outcome& of) {
  std::string text;
  for (const char* state : {"COMPLETADA", "COMPENSADA", "CANCELADA", "FALLIDA"}) {
    const auto at = of.ends.by_state.find(state);
    text += line(state, right(grouped(at == of.ends.by_state.end() ? 0 : at->second), 7));
  }
  return text;
}

double per_second(const outcome& of) {
  return of.ends.seconds > 0 ? static_cast<double>(of.campaigns) / of.ends.seconds : 0;
}

std::string figures(const outcome& of) {
  const audit::reached& seen = of.audited.counts;
  const auto number = [](std::uint64_t value) { return grouped(value); };
  std::string text;
  text += line("throughput", number(static_cast<std::uint64_t>(per_second(of)))
                               + " sagas/s over all " + seconds(of.ends.seconds) + ", "
                               + number(of.ends.busiest) + " in the busiest second");
  text += line("duration", "p50 " + seconds(of.ends.p50_s) + ", p95 " + seconds(of.ends.p95_s)
                             + ", p99 " + seconds(of.ends.p99_s)
                             + " (a lost reply waits for its time-out of 2 s)");
  text += line("attempts", number(seen.attempts) + ", of them " + number(seen.retries)
                             + " retries; " + number(seen.unknown) + " had no answer");
  text += line("undone", number(seen.undone) + " steps; at the participants "
                           + number(seen.undo_checked) + " are gone, " + number(seen.undone_by_hand)
                           + " by an operator's word");
  text += line("done", number(seen.done_checked)
                         + " effects of completed campaigns are there, "
                           "each once");
  text += line("operator", number(seen.parked) + " sagas were parked, " + number(seen.decisions)
                             + " decisions");
  text += line("crash", "kill -9 with " + number(of.in_flight_at_kill)
                          + " sagas in flight; serving again after " + seconds(of.recovery_s));
  text += line("clients", number(seen.acknowledged) + " starts acknowledged, "
                            + number(seen.unanswered)
                            + " had no answer at first and were repeated with their key");
  return text;
}

} // namespace

std::string as_text(const outcome& of, bool colours) {
  const char* const bold = colours ? "\x1b[1m" : "";
  const char* const hue = !colours ? "" : of.good() ? "\x1b[32m" : "\x1b[31m";
  const char* const plain = colours ? "\x1b[0m" : "";
  std::string text = std::string{bold} + grouped(of.campaigns) + " campaigns over HTTP, "
                     + std::to_string(of.connections) + " connections, one kill -9" + plain + "\n\n"
                     + table_of_ends(of) + "\n" + figures(of) + "\n" + hue;
  text += std::to_string(of.audited.by_invariant.size())
          + " invariants checked over the database, the participants' ledger and the clients' "
            "log:\n"
          + std::to_string(of.audited.violations_total) + " violations, "
          + std::to_string(of.ends.faults.size()) + " campaigns missing or in a wrong state" + plain
          + "\n";
  for (std::size_t i = 0; i < std::min(faults_shown, of.ends.faults.size()); ++i)
    text += "  " + of.ends.faults[i] + "\n";
  for (std::size_t i = 0; i < std::min(faults_shown, of.audited.violations.size()); ++i) {
    const audit::violation& each = of.audited.violations[i];
    text += "  " + each.invariant + " " + each.saga + " " + each.text + "\n";
  }
  return text;
}

std::string as_json(const outcome& of) {
  using json = nlohmann::ordered_json;
  const json whole{{"campaigns", of.campaigns},
                   {"connections", of.connections},
                   {"by_state", of.ends.by_state},
                   {"sagas_per_second", per_second(of)},
                   {"busiest_second", of.ends.busiest},
                   {"p50_s", of.ends.p50_s},
                   {"p95_s", of.ends.p95_s},
                   {"p99_s", of.ends.p99_s},
                   {"in_flight_at_kill", of.in_flight_at_kill},
                   {"recovery_s", of.recovery_s},
                   {"faults", of.ends.faults},
                   {"audit", json::parse(audit::as_json(of.audited))},
                   {"url", of.url},
                   {"folder", of.folder}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace sagas::demo
