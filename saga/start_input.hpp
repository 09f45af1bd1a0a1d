// What a start of a definition must bring: the `entrada` of the definition.
//
//   {"esquema": {JSON Schema}, "defectos": {field: value}, "alias": {"other_name": "field"},
//    "reglas": [{"menor": ["a", "b"], "mensaje"?}, {"fecha": "a"}, {"identificador": "a"}]}
//
// In this order: an alias gives its field another name, a field that is absent or null gets its
// default, the schema is checked, then the rules: `menor` wants a < b (numbers, or dates in ISO
// 8601), `fecha` a date, `identificador` 1 to 36 of the characters A-Z a-z 0-9 _ . : -. A rule says
// nothing about a field that is absent or null.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "saga/json_reader.hpp"
#include "saga/start_input_schema.hpp"

namespace sagas {

struct input_rule {
  enum class kind { less, date, identifier };
  kind what = kind::less;
  std::string field;
  std::string other;   ///< of less: the greater one
  std::string message; ///< empty: the rule's own
};

/// Opaque behind definition::input.
struct input_rules {
  std::vector<std::pair<std::string, std::string>> aliases; ///< other name, field
  std::vector<std::pair<std::string, nlohmann::json>> defaults;
  std::shared_ptr<const input_schema> schema; ///< null: none
  std::vector<input_rule> rules;
};

/// Reads the `entrada` of a definition; adds its faults.
std::shared_ptr<const input_rules> read_input_rules(const json_value& what,
                                                    const std::string& pointer, fault_list& faults);

/// Adds a fault for each rule that `value` breaks.
void check_rules(const input_rules& rules, const nlohmann::json& value, fault_list& faults);

} // namespace sagas
