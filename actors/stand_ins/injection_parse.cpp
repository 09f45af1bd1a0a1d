#include "actors/stand_ins/injection_parse.hpp"

#include "saga/json_reader.hpp"

namespace sagas {
namespace {

constexpr std::size_t metadata_size_max = 1'048'576;
constexpr milliseconds delay_max = std::chrono::minutes{10};

std::optional<milliseconds> span_in(const json_value& what) {
  std::optional<milliseconds> span;
  if (what.is_string())
    span = parse_duration(what.get_ref<const std::string&>());
  return span && *span <= delay_max ? span : std::nullopt;
}

std::optional<latency> latency_in(const json_value& what) {
  if (const auto fixed = span_in(what))
    return latency{.low = *fixed};
  if (!what.is_object() || what.size() != 1)
    return std::nullopt;
  const json_value& of = what.front();
  if (what.contains("exponential"))
    if (const auto mean = span_in(of))
      return latency{.what = latency::kind::exponential, .low = *mean};
  if (what.contains("uniform") && of.is_array() && of.size() == 2) {
    const auto low = span_in(of[0]);
    const auto high = span_in(of[1]);
    if (low && high && *low <= *high)
      return latency{.what = latency::kind::uniform, .low = *low, .high = *high};
  }
  return std::nullopt;
}

fault_rates read_rates(const json_value& what, const std::string& pointer, fault_list& faults) {
  object_reader reader{what, pointer, faults};
  fault_rates rates;
  rates.technical = reader.number("technical_failure", 0, 1).value_or(0);
  rates.business = reader.number("business_failure", 0, 1).value_or(0);
  rates.lost_reply = reader.number("lost_reply", 0, 1).value_or(0);
  rates.lost_call = reader.number("lost_call", 0, 1).value_or(0);
  rates.duplicate_reply = reader.number("duplicate_reply", 0, 1).value_or(0);
  const json_value* undo = reader.member("compensation_failure");
  if (undo && *undo == "always")
    rates.compensation_failure = 1;
  else
    rates.compensation_failure = reader.number("compensation_failure", 0, 1).value_or(0);
  if (const json_value* delay = reader.member("latency")) {
    const auto read = latency_in(*delay);
    rates.delay = read.value_or(latency{});
    if (!read)
      reader.fault("latency", "must be a duration such as \"20ms\", {\"uniform\": [\"5ms\", "
                              "\"50ms\"]} or {\"exponential\": \"20ms\"}, at most 10m");
  }
  reader.done();
  if (rates.technical + rates.lost_reply + rates.lost_call + rates.duplicate_reply > 1)
    reader.fault("rates that add up to more than 1");
  return rates;
}

std::optional<injected> parse_injected(std::string_view text) {
  if (text == "negocio")
    return injected::business;
  if (text == "tecnico")
    return injected::technical;
  if (text == "perdida")
    return injected::lost_reply;
  if (text == "silencio")
    return injected::lost_call;
  if (text == "duplicada")
    return injected::duplicate_reply;
  return std::nullopt;
}

saga_rule read_rule(const json_value& what, const std::string& pointer, fault_list& faults) {
  object_reader reader{what, pointer, faults};
  saga_rule rule;
  if (const auto text = reader.text("fallo", 100)) {
    if (const auto kind = parse_injected(*text))
      rule.what = *kind;
    else
      reader.fault("fallo", "must be negocio, tecnico, perdida, silencio or duplicada");
  }
  rule.times = static_cast<std::uint32_t>(reader.integer("veces", 1, 1'000'000).value_or(0));
  if (const auto text = reader.text("operacion", 100)) {
    if (*text == "compensacion")
      rule.op = operation::compensation;
    else if (*text != "accion")
      reader.fault("operacion", "must be accion or compensacion");
  }
  rule.step = reader.name("paso").value_or("");
  rule.delay = reader.duration("latencia", milliseconds{0}, delay_max);
  reader.done();
  return rule;
}

void read_rules(const json_value& all, std::string_view service, std::vector<saga_rule>& rules,
                fault_list& faults) {
  const auto found = all.find(std::string{service});
  if (found == all.end())
    return;
  const std::string pointer = pointer_to("/inyeccion", service);
  if (!found->is_array())
    return rules.push_back(read_rule(*found, pointer, faults));
  for (std::size_t i = 0; i < found->size(); ++i)
    rules.push_back(read_rule((*found)[i], pointer_to(pointer, i), faults));
}

} // namespace

result<injection_rules> parse_injection(std::string_view text) {
  const auto value = parse_json(text, metadata_size_max);
  if (!value)
    return value.error();
  fault_list faults;
  object_reader reader{*value, "", faults};
  injection_rules rules;
  rules.seed = static_cast<std::uint64_t>(reader.integer("seed", 0, INT64_MAX).value_or(1));
  rules.overrides = reader.flag("overrides").value_or(true);
  if (const json_value* services = reader.object("services"))
    for (const auto& [name, rates] : services->items())
      rules.services.emplace(name, read_rates(rates, pointer_to("/services", name), faults));
  reader.done();
  if (!faults.empty())
    return faults.as_failure("the injection rules");
  return rules;
}

result<std::vector<saga_rule>> parse_saga_rules(std::string_view metadata,
                                                std::string_view service) {
  std::vector<saga_rule> rules;
  const auto value = parse_json(metadata, metadata_size_max);
  if (!value)
    return value.error();
  if (!value->is_object() || !value->contains("inyeccion"))
    return rules;
  const json_value& all = (*value)["inyeccion"];
  fault_list faults;
  if (!all.is_object())
    faults.add("/inyeccion", "must be an object of rules by service");
  else
    for (const std::string_view name : {service, std::string_view{"*"}})
      read_rules(all, name, rules, faults);
  if (!faults.empty())
    return faults.as_failure("metadatos");
  return rules;
}

} // namespace sagas
