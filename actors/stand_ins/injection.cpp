#include "actors/stand_ins/injection.hpp"

#include <algorithm>
#include <cmath>

#include "actors/stand_ins/injection_parse.hpp"

namespace sagas {
namespace {

constexpr double delay_max_ms = 600'000;

// What a random number is for: each purpose has a sequence of its own.
enum class purpose : std::uint64_t { refusal = 1, fault, delay };

std::uint64_t mixed(std::uint64_t value) { // splitmix64
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ value >> 27) * 0x94D049BB133111EBULL;
  return value ^ value >> 31;
}

// From 0 to less than 1, the same for the same arguments.
double random(const injection_rules& rules, const call& what, purpose why, std::uint32_t attempt) {
  const std::hash<saga_id> of_saga;
  std::uint64_t bits = mixed(rules.seed ^ mixed(of_saga(what.saga)));
  bits = mixed(bits ^ static_cast<std::uint64_t>(why));
  bits = mixed(bits ^ what.request.step << 1 ^ static_cast<std::uint64_t>(what.request.op));
  bits = mixed(bits ^ attempt);
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

milliseconds delay_of(const latency& delay, double share) {
  double ms = static_cast<double>(delay.low.count());
  switch (delay.what) {
  case latency::kind::fixed: break;
  case latency::kind::uniform:
    ms += share * static_cast<double>((delay.high - delay.low).count());
    break;
  case latency::kind::exponential: ms *= -std::log1p(-share); break;
  }
  return milliseconds{std::llround(std::min(ms, delay_max_ms))};
}

injected fault_of(const injection_rules& rules, const fault_rates& rates, const call& what) {
  const bool action = what.request.op == operation::action;
  if (action && random(rules, what, purpose::refusal, 0) < rates.business)
    return injected::business;
  const double at = random(rules, what, purpose::fault, what.request.attempt);
  double below = action ? rates.technical : rates.compensation_failure;
  if (at < below)
    return injected::technical;
  if (at < (below += rates.lost_reply))
    return injected::lost_reply;
  if (at < (below += rates.lost_call))
    return injected::lost_call;
  if (at < below + rates.duplicate_reply)
    return injected::duplicate_reply;
  return injected::none;
}

const fault_rates* rates_of(const injection_rules& rules, std::string_view service) {
  auto found = rules.services.find(service);
  if (found == rules.services.end())
    found = rules.services.find("*");
  return found == rules.services.end() ? nullptr : &found->second;
}

bool fits(const saga_rule& rule, const call& what) {
  return rule.op == what.request.op && (rule.step.empty() || rule.step == what.step().name)
         && (rule.times == 0 || what.request.attempt <= rule.times);
}

} // namespace

result<injection> inject(const injection_rules& rules, std::string_view service, const call& what) {
  injection decided;
  const fault_rates* rates = rates_of(rules, service);
  if (rates) {
    decided.what = fault_of(rules, *rates, what);
    decided.delay = delay_of(rates->delay,
                             random(rules, what, purpose::delay, what.request.attempt));
  }
  // Most sagas bring none: a look at the text is enough for those.
  if (!rules.overrides || what.metadata.text().find("\"inyeccion\"") == std::string_view::npos)
    return decided;
  const auto own = parse_saga_rules(what.metadata.text(), service);
  if (!own)
    return own.error();
  const auto rule = std::find_if(own->begin(), own->end(),
                                 [&](const saga_rule& of) { return fits(of, what); });
  if (rule == own->end())
    return decided;
  return injection{.what = rule->what, .delay = rule->delay.value_or(decided.delay)};
}

} // namespace sagas
