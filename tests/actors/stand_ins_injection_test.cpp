#include "actors/stand_ins/injection.hpp"

#include <cmath>

#include "saga/ids.hpp"
#include "actors/stand_ins_world.hpp"

using namespace sagas;

namespace {

using pointers = std::vector<std::string>;

injection_rules rules_of(const std::string& json) {
  const auto rules = parse_injection(json);
  REQUIRE(rules);
  return *rules;
}

injection decide(const injection_rules& rules, const call& what, const char* service = "s") {
  const auto decided = inject(rules, service, what);
  REQUIRE(decided);
  return *decided;
}

bool is_near(double value, double expected, double margin) {
  return std::abs(value - expected) <= margin;
}

// The share of 4,000 sagas whose call meets `expected`.
double share(const injection_rules& rules, injected expected, operation op = operation::action) {
  id_maker ids{7};
  call what = call_of(plan_of({"a"}), "{}", op);
  int hits = 0;
  for (int i = 0; i < 4'000; ++i) {
    what.saga = ids.make(timestamp{milliseconds{1}});
    hits += decide(rules, what).what == expected;
  }
  return hits / 4'000.0;
}

} // namespace

TEST_CASE("rates come out as configured", "[actors]") {
  const auto rules = rules_of(
    R"({"services":{"s":{"technical_failure":0.2,"business_failure":0.1,"lost_reply":0.1,)"
    R"("lost_call":0.05,"duplicate_reply":0.3,"compensation_failure":0.5}}})");
  CHECK(is_near(share(rules, injected::business), 0.1, 0.02));
  CHECK(is_near(share(rules, injected::technical), 0.9 * 0.2, 0.02));
  CHECK(is_near(share(rules, injected::lost_reply), 0.9 * 0.1, 0.02));
  CHECK(is_near(share(rules, injected::lost_call), 0.9 * 0.05, 0.02));
  CHECK(is_near(share(rules, injected::duplicate_reply), 0.9 * 0.3, 0.03));
  CHECK(is_near(share(rules, injected::technical, operation::compensation), 0.5, 0.03));
  CHECK(share(rules, injected::business, operation::compensation) == 0);
}

TEST_CASE("a compensation can be made to fail always", "[actors]") {
  const auto rules = rules_of(R"({"services":{"*":{"compensation_failure":"always"}}})");
  CHECK(share(rules, injected::technical, operation::compensation) == 1);
  CHECK(share(rules, injected::none) == 1);
}

TEST_CASE("a decision is the same for the same attempt and seed", "[actors]") {
  const std::string json = R"("services":{"s":{"technical_failure":0.5,"latency":"1s"}}})";
  const auto one = rules_of(R"({"seed":1,)" + json);
  const auto two = rules_of(R"({"seed":2,)" + json);
  int differing_attempts = 0;
  int differing_seeds = 0;
  for (std::uint32_t attempt = 1; attempt <= 100; ++attempt) {
    const call what = call_of(plan_of({"a"}), "{}", operation::action, attempt);
    const call next = call_of(plan_of({"a"}), "{}", operation::action, attempt + 1);
    CHECK(decide(one, what).what == decide(one, what).what);
    differing_attempts += decide(one, what).what != decide(one, next).what;
    differing_seeds += decide(one, what).what != decide(two, what).what;
  }
  CHECK(differing_attempts > 20);
  CHECK(differing_seeds > 20);
}

TEST_CASE("latencies follow their distribution", "[actors]") {
  const auto mean = [](const std::string& latency) {
    const auto rules = rules_of(R"({"services":{"s":{"latency":)" + latency + "}}}");
    double sum = 0;
    for (std::uint32_t attempt = 1; attempt <= 2'000; ++attempt)
      sum += static_cast<double>(
        decide(rules, call_of(plan_of({"a"}), "{}", operation::action, attempt)).delay.count());
    return sum / 2'000;
  };
  CHECK(mean(R"("20ms")") == 20);
  CHECK(is_near(mean(R"({"uniform":["100ms","200ms"]})"), 150, 3));
  CHECK(is_near(mean(R"({"exponential":"1s"})"), 1000, 80));
}

TEST_CASE("a saga's own rule replaces the configuration's", "[actors]") {
  const auto rules = rules_of(R"({"services":{"s":{"technical_failure":1,"latency":"5ms"}}})");
  call what = call_of(plan_of({"a"}), "{}");
  what.metadata = document{
    R"({"inyeccion":{"s":[{"paso":"otro","fallo":"silencio"},{"fallo":"perdida","veces":2}]}})"};
  CHECK(decide(rules, what).what == injected::lost_reply);
  CHECK(decide(rules, what).delay == milliseconds{5});
  what.request.attempt = 3;
  CHECK(decide(rules, what).what == injected::technical);
  CHECK(decide(rules, what, "otro").what == injected::none);
  what.request = {.step = 0, .op = operation::compensation, .attempt = 1, .input = {}};
  CHECK(decide(rules, what).what == injected::none);
  what.metadata = document{R"({"inyeccion":{"s":{"latencia":"1s"}}})"};
  what.request.op = operation::action;
  CHECK(decide(rules, what).what == injected::none);
  CHECK(decide(rules, what).delay == milliseconds{1000});
}

TEST_CASE("sagas bring no rules of their own where that is switched off", "[actors]") {
  call what = call_of(plan_of({"a"}), "{}");
  what.metadata = document{R"({"inyeccion":{"s":{"fallo":"tecnico"}}})"};
  CHECK(decide(rules_of(R"({"overrides":false})"), what).what == injected::none);
  CHECK(decide(rules_of("{}"), what).what == injected::technical);
  what.metadata = document{R"({"nota":"\"inyeccion\""})"};
  CHECK(decide(rules_of("{}"), what).what == injected::none);
}

TEST_CASE("every fault of injection rules is named", "[actors]") {
  const std::pair<const char*, pointers> table[] = {
    {"[]", {""}},
    {R"({"seed":-1,"overrides":1,"x":1})", {"/seed", "/overrides", "/x"}},
    {R"({"services":{"a":1}})", {"/services/a"}},
    {R"({"services":{"a":{"technical_failure":2,"lost_reply":"x","nope":1}}})",
     {"/services/a/technical_failure", "/services/a/lost_reply", "/services/a/nope"}},
    {R"({"services":{"a":{"technical_failure":0.6,"lost_call":0.6}}})", {"/services/a"}},
    {R"({"services":{"a":{"compensation_failure":"never"}}})",
     {"/services/a/compensation_failure"}},
    {R"({"services":{"a":{"latency":{"uniform":["2s","1s"]}}}})", {"/services/a/latency"}},
    {R"({"services":{"a":{"latency":"11m"}}})", {"/services/a/latency"}},
    {R"({"services":{"a":{"latency":{"gauss":"1s"}}}})", {"/services/a/latency"}},
  };
  for (const auto& [json, expected] : table) {
    INFO(json);
    const auto rules = parse_injection(json);
    REQUIRE_FALSE(rules);
    pointers found;
    for (const field_error& fault : rules.error().fields)
      found.push_back(fault.pointer);
    CHECK(found == expected);
  }
  CHECK_FALSE(parse_injection("{"));
}

TEST_CASE("every fault of a saga's own rules is named", "[actors]") {
  call what = call_of(plan_of({"a"}), "{}");
  const std::pair<const char*, pointers> table[] = {
    {R"({"inyeccion":[]})", {"/inyeccion"}},
    {R"({"inyeccion":{"s":{"fallo":"x","veces":0,"operacion":"y","latencia":"1h","z":1}}})",
     {"/inyeccion/s/fallo", "/inyeccion/s/veces", "/inyeccion/s/operacion", "/inyeccion/s/latencia",
      "/inyeccion/s/z"}},
    {R"({"inyeccion":{"s":[1]}})", {"/inyeccion/s/0"}},
  };
  for (const auto& [json, expected] : table) {
    INFO(json);
    what.metadata = document{json};
    const auto decided = inject({}, "s", what);
    REQUIRE_FALSE(decided);
    pointers found;
    for (const field_error& fault : decided.error().fields)
      found.push_back(fault.pointer);
    CHECK(found == expected);
  }
}
