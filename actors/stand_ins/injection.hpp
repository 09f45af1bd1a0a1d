// Faults on purpose: what a stand-in does with a call instead of answering it at once.
//
// Pure: a decision depends on the seed, the saga, the step, the operation and the attempt, never on
// the order in which calls arrive. So a run can be repeated, and threads share the rules.
//
// By configuration (services by name, "*" for those not named):
//   {"seed": 1, "overrides": true, "services": {"tracking": {
//      "technical_failure": 0.05, "business_failure": 0.01, "lost_reply": 0.01, "lost_call": 0,
//      "duplicate_reply": 0.02, "compensation_failure": 0.1 or "always",
//      "latency": "20ms" or {"uniform": ["5ms", "50ms"]} or {"exponential": "20ms"}}}}
// By the saga's metadatos, unless "overrides" is false; one rule or an array of them a service:
//   {"inyeccion": {"tracking": {"fallo": "tecnico", "veces": 2, "operacion": "accion",
//                               "paso": "NAME", "latencia": "50ms"}}}
// `fallo` is negocio, tecnico, perdida (done, but the answer is lost), silencio (the call itself is
// lost) or duplicada; `veces` the number of attempts that it hits (absent: all); `operacion` accion
// or compensacion (absent: accion). The first rule that fits a call replaces the configuration's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "saga/call.hpp"
#include "saga/result.hpp"

namespace sagas {

enum class injected : std::uint8_t {
  none,
  business,        ///< negocio: refuse
  technical,       ///< tecnico: fail, without an effect
  lost_reply,      ///< perdida: do it, answer nothing
  lost_call,       ///< silencio: do nothing, answer nothing
  duplicate_reply, ///< duplicada: do it, answer twice
};

/// What to do with one call, and how long to wait before.
struct injection {
  injected what = injected::none;
  milliseconds delay{0};
};

struct latency {
  enum class kind : std::uint8_t { fixed, uniform, exponential };
  kind what = kind::fixed;
  milliseconds low{0};  ///< fixed: the value; exponential: the mean
  milliseconds high{0}; ///< of uniform
};

/// Of one service, by configuration. Rates are shares from 0 to 1.
struct fault_rates {
  double technical = 0;
  double business = 0; ///< of steps, not of attempts: a refusal is for good
  double lost_reply = 0;
  double lost_call = 0;
  double duplicate_reply = 0;
  double compensation_failure = 0; ///< technical
  latency delay;
};

struct injection_rules {
  std::uint64_t seed = 1;
  bool overrides = true; ///< whether sagas may bring rules of their own
  std::map<std::string, fault_rates, std::less<>> services; ///< "*": every other one
};

/// Reads the configuration; every fault named.
result<injection_rules> parse_injection(std::string_view json);

/// Decides about one call to `service`. errc::invalid_input when the saga's own rules are wrong.
result<injection> inject(const injection_rules& rules, std::string_view service, const call& what);

} // namespace sagas
