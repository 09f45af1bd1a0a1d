#include "saga/start_input_schema.hpp"

#include <exception>
#include <mutex>
#include <regex>
#include <string_view>

#include <nlohmann/json.hpp>
#define VALIJSON_USE_EXCEPTIONS 1 // else it aborts the process at a wrong schema
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace sagas {
namespace {

using valijson::adapters::NlohmannJsonAdapter;

constexpr std::size_t pattern_max = 1'000; // std::regex recurses for each of its characters
constexpr std::size_t pattern_text_max = 1'000;
constexpr std::size_t unique_items_max = 1'000;

// Walks a schema, names what is not allowed in it and notes what makes checking dear.
class schema_walk {
public:
  explicit schema_walk(fault_list& faults) : faults_(faults) {}

  // Takes `format` out on the way.
  void schema(json_value& what, const std::string& pointer) {
    if (what.is_array()) {
      for (std::size_t i = 0; i < what.size(); ++i)
        schema(what[i], pointer_to(pointer, i));
      return;
    }
    if (!what.is_object())
      return;
    what.erase("format");
    for (auto& [key, value] : what.items())
      keyword(key, value, pointer_to(pointer, key));
  }

  bool patterns = false;
  bool unique_items = false;

private:
  void keyword(const std::string& key, json_value& value, const std::string& pointer) {
    if (key == "$ref")
      faults_.add(pointer, "not supported: write the schema out in place");
    else if (key == "pattern" && value.is_string())
      pattern(value.get_ref<const std::string&>(), pointer);
    else if (key == "uniqueItems")
      unique_items = unique_items || value == true;
    else if (key == "properties" || key == "patternProperties" || key == "dependencies")
      by_name(key == "patternProperties", value, pointer);
    else if (key != "enum" && key != "const" && key != "default" && key != "examples")
      schema(value, pointer);
  }

  void by_name(bool names_are_patterns, json_value& what, const std::string& pointer) {
    if (!what.is_object())
      return;
    for (auto& [name, value] : what.items()) {
      if (names_are_patterns)
        pattern(name, pointer_to(pointer, name));
      schema(value, pointer_to(pointer, name));
    }
  }

  void pattern(const std::string& text, const std::string& pointer) {
    patterns = true;
    if (text.size() > pattern_max)
      return faults_.add(pointer, "longer than " + std::to_string(pattern_max) + " bytes");
    try {
      std::regex{text};
    } catch (const std::regex_error&) {
      faults_.add(pointer, "not a regular expression");
    }
  }

  fault_list& faults_;
};

std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i) // behind "<root>"; each as "[key]"
    pointer = pointer_to(pointer, std::string_view{context[i]}.substr(1, context[i].size() - 2));
  return pointer;
}

// What is only said because something inside it is wrong.
bool echoes_another(std::string_view message) {
  return message.starts_with("Failed to validate against schema associated")
         || message.starts_with("Failed to validate item #")
         || message.starts_with("Failed to validate against child schema");
}

void add_fault(const valijson::ValidationResults::Error& error, fault_list& faults) {
  constexpr std::string_view missing = "Missing required property '";
  const std::string& message = error.description;
  std::string pointer = pointer_of(error.context);
  if (!message.starts_with(missing))
    return faults.add(std::move(pointer), message);
  const std::size_t end = message.rfind('\'');
  faults.add(pointer_to(pointer, message.substr(missing.size(), end - missing.size())), "missing");
}

} // namespace

struct input_schema::content {
  valijson::Schema schema;
  bool patterns = false;
  bool unique_items = false;
  // Compiled patterns are kept by the validator, which is not thread-safe: shared under the guard
  // when there are patterns, else made for each check.
  mutable std::mutex guard;
  mutable valijson::Validator validator;

  bool validate(const nlohmann::json& value, valijson::ValidationResults* results) const {
    if (!patterns)
      return valijson::Validator{}.validate(schema, NlohmannJsonAdapter{value}, results);
    const std::lock_guard lock{guard};
    return validator.validate(schema, NlohmannJsonAdapter{value}, results);
  }

  // Names what would cost more than its size; false when there is any.
  bool affordable(const nlohmann::json& value, const std::string& pointer,
                  fault_list& faults) const {
    if (patterns && value.is_string()
        && value.get_ref<const std::string&>().size() > pattern_text_max) {
      faults.add(pointer, "longer than " + std::to_string(pattern_text_max) + " bytes");
      return false;
    }
    if (unique_items && value.is_array() && value.size() > unique_items_max) {
      faults.add(pointer, "more than " + std::to_string(unique_items_max) + " elements");
      return false;
    }
    bool sound = true;
    if (value.is_object())
      for (const auto& [key, member] : value.items()) {
        if (patterns && key.size() > pattern_text_max) {
          faults.add(pointer, "a name longer than " + std::to_string(pattern_text_max) + " bytes");
          return false;
        }
        sound = affordable(member, pointer_to(pointer, key), faults) && sound;
      }
    if (value.is_array())
      for (std::size_t i = 0; i < value.size(); ++i)
        sound = affordable(value[i], pointer_to(pointer, i), faults) && sound;
    return sound;
  }
};

input_schema::input_schema(std::unique_ptr<content> what) : content_(std::move(what)) {}
input_schema::~input_schema() = default;

std::shared_ptr<const input_schema>
input_schema::compile(const json_value& schema, const std::string& pointer, fault_list& faults) {
  json_value plain = schema;
  fault_list own;
  schema_walk walk{own};
  walk.schema(plain, "");
  auto what = std::make_unique<content>();
  what->patterns = walk.patterns;
  what->unique_items = walk.unique_items;
  if (own.empty()) {
    try {
      const auto source = nlohmann::json::parse(plain.dump());
      valijson::SchemaParser{}.populateSchema(NlohmannJsonAdapter{source}, what->schema);
    } catch (const std::exception& e) {
      own.add("", std::string{"not a JSON Schema: "} + e.what());
    }
  }
  if (!own.empty()) {
    faults.add(pointer, own.as_failure("the schema"));
    return nullptr;
  }
  return std::shared_ptr<const input_schema>{new input_schema{std::move(what)}};
}

void input_schema::check(const nlohmann::json& value, fault_list& faults) const {
  try {
    if ((content_->patterns || content_->unique_items) && !content_->affordable(value, "", faults))
      return;
    if (content_->validate(value, nullptr)) // the rule: nothing to report
      return;
    valijson::ValidationResults results;
    content_->validate(value, &results);
    bool reported = false;
    for (const auto& error : results)
      if (!echoes_another(error.description)) {
        add_fault(error, faults);
        reported = true;
      }
    if (!reported)
      faults.add("", "does not match the schema");
  } catch (const std::exception& e) {
    faults.add("", std::string{"could not be checked: "} + e.what());
  }
}

} // namespace sagas
