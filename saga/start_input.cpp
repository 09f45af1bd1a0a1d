#include "saga/start_input.hpp"

#include <algorithm>
#include <optional>

#include "saga/definition_json.hpp"
#include "saga/json_text.hpp"
#include "saga/text.hpp"

namespace sagas {
namespace {

constexpr std::size_t entries_max = 200;
constexpr std::size_t identifier_size_max = 36;

void read_aliases(const json_value& what, const std::string& pointer, input_rules& out,
                  fault_list& faults) {
  for (const auto& [alias, field] : what.items()) {
    const std::string deeper = pointer_to(pointer, alias);
    if (!field.is_string())
      faults.add(deeper, "must be the name of a field");
    else if (what.contains(field.get_ref<const std::string&>()))
      faults.add(deeper, "names another alias, not a field");
    else
      out.aliases.emplace_back(alias, field.get<std::string>());
  }
}

std::optional<std::pair<std::string, std::string>> two_fields(const json_value& what) {
  if (!what.is_array() || what.size() != 2 || !what[0].is_string() || !what[1].is_string())
    return std::nullopt;
  return std::pair{what[0].get<std::string>(), what[1].get<std::string>()};
}

void read_rule(const json_value& what, const std::string& pointer, input_rules& out,
               fault_list& faults) {
  object_reader reader{what, pointer, faults};
  input_rule rule;
  int kinds = 0;
  if (const json_value* fields = reader.member("menor")) {
    ++kinds;
    if (const auto pair = two_fields(*fields))
      std::tie(rule.field, rule.other) = *pair;
    else
      reader.fault("menor", "must be the names of two fields");
  }
  for (const auto& [key, kind] : {std::pair{"fecha", input_rule::kind::date},
                                  std::pair{"identificador", input_rule::kind::identifier}})
    if (const auto field = reader.text(key, entries_max)) {
      ++kinds;
      rule.what = kind;
      rule.field = *field;
    }
  rule.message = reader.text("mensaje", 500).value_or("");
  reader.done();
  if (kinds != 1 && what.is_object())
    reader.fault("must have one of menor, fecha, identificador");
  out.rules.push_back(std::move(rule));
}

// A default that the schema refuses would fail every start.
void check_defaults(const input_rules& rules, const std::string& pointer, fault_list& faults) {
  if (!rules.schema)
    return;
  auto value = nlohmann::json::object();
  for (const auto& [field, content] : rules.defaults)
    value[field] = content;
  fault_list found;
  rules.schema->check(value, found);
  for (const field_error& fault : found.as_failure("").fields)
    for (const auto& [field, content] : rules.defaults)
      if (const std::string own = pointer_to("", field);
          fault.pointer == own || fault.pointer.starts_with(own + '/'))
        faults.add(pointer + fault.pointer, fault.message);
}

const nlohmann::json* present(const nlohmann::json& value, const std::string& field) {
  const auto found = value.find(field);
  return found == value.end() || found->is_null() ? nullptr : &*found;
}

std::optional<timestamp> date_in(const nlohmann::json& value) {
  return value.is_string() ? parse_iso(value.get_ref<const std::string&>()) : std::nullopt;
}

// The first fault of a field is enough.
void add_once(const std::string& field, std::string message, fault_list& faults) {
  std::string pointer = pointer_to("", field);
  if (!faults.has(pointer))
    faults.add(std::move(pointer), std::move(message));
}

void check_less(const input_rule& rule, const nlohmann::json& value, fault_list& faults) {
  const nlohmann::json* low = present(value, rule.field);
  const nlohmann::json* high = present(value, rule.other);
  if (!low || !high)
    return;
  bool sound = false;
  if (low->is_number() && high->is_number()) {
    sound = *low < *high;
  } else {
    const auto from = date_in(*low);
    const auto until = date_in(*high);
    if (!from)
      add_once(rule.field, "must be a date, as must be " + rule.other, faults);
    if (!until)
      add_once(rule.other, "must be a date, as must be " + rule.field, faults);
    sound = !from || !until || *from < *until;
  }
  if (!sound)
    add_once(rule.other, rule.message.empty() ? "must be greater than " + rule.field : rule.message,
             faults);
}

void check_form(const input_rule& rule, const nlohmann::json& value, fault_list& faults) {
  const nlohmann::json* field = present(value, rule.field);
  if (!field)
    return;
  const bool date = rule.what == input_rule::kind::date;
  const bool sound = date ? date_in(*field).has_value()
                          : field->is_string()
                              && is_name(field->get_ref<const std::string&>(), identifier_size_max);
  if (sound)
    return;
  const char* own = date ? "must be a date in ISO 8601, such as 2026-01-31 or 2026-01-31T09:00:00Z"
                         : "must be 1 to 36 of the characters A-Z a-z 0-9 _ . : -";
  add_once(rule.field, rule.message.empty() ? own : rule.message, faults);
}

void apply_aliases(const input_rules& rules, nlohmann::json& value, fault_list& faults) {
  for (const auto& [alias, field] : rules.aliases) {
    const auto found = value.find(alias);
    if (found == value.end())
      continue;
    if (present(value, field) && !found->is_null() && value[field] != *found)
      faults.add(pointer_to("", alias), "says something else than " + field);
    else if (!present(value, field))
      value[field] = *found;
    value.erase(alias);
  }
}

} // namespace

std::shared_ptr<const input_rules>
read_input_rules(const json_value& what, const std::string& pointer, fault_list& faults) {
  object_reader reader{what, pointer, faults};
  auto rules = std::make_shared<input_rules>();
  if (const json_value* schema = reader.object("esquema"))
    rules->schema = input_schema::compile(*schema, pointer_to(pointer, "esquema"), faults);
  if (const json_value* aliases = reader.object("alias"))
    read_aliases(*aliases, pointer_to(pointer, "alias"), *rules, faults);
  if (const json_value* defaults = reader.object("defectos"))
    for (const auto& [field, value] : defaults->items())
      rules->defaults.emplace_back(field, nlohmann::json::parse(value.dump()));
  if (const json_value* list = reader.array("reglas", entries_max))
    for (std::size_t i = 0; i < list->size(); ++i)
      read_rule((*list)[i], pointer_to(pointer_to(pointer, "reglas"), i), *rules, faults);
  reader.done();
  check_defaults(*rules, pointer_to(pointer, "defectos"), faults);
  return rules;
}

void check_rules(const input_rules& rules, const nlohmann::json& value, fault_list& faults) {
  for (const input_rule& rule : rules.rules)
    rule.what == input_rule::kind::less ? check_less(rule, value, faults)
                                        : check_form(rule, value, faults);
}

result<document> prepare_input(const definition& plan, std::string_view input) {
  if (nested_deeper(input))
    return {errc::invalid_input, "entrada: nested deeper than " + std::to_string(json_depth_max)};
  auto value = nlohmann::json::parse(input, nullptr, false);
  if (value.is_discarded())
    return {errc::invalid_input, "entrada: not JSON"};
  if (!value.is_object())
    return failure{errc::invalid_input, "entrada must be an object", {{"", "must be an object"}}};
  if (!plan.input)
    return document{value.dump()};
  fault_list faults;
  apply_aliases(*plan.input, value, faults);
  for (const auto& [field, content] : plan.input->defaults)
    if (!present(value, field))
      value[field] = content;
  if (plan.input->schema)
    plan.input->schema->check(value, faults);
  check_rules(*plan.input, value, faults);
  if (!faults.empty())
    return faults.as_failure("entrada");
  return document{value.dump()};
}

} // namespace sagas
