#include "saga/start_input_schema.hpp"

#include <exception>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>
#include <re2/re2.h>
#define VALIJSON_USE_EXCEPTIONS 1 // else it aborts the process at a wrong schema
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace sagas {
namespace {

using valijson::adapters::NlohmannJsonAdapter;

constexpr std::size_t patterns_max = 100;
constexpr std::size_t pattern_max = 1'000;
constexpr std::size_t pattern_text_max = 1'000;
constexpr std::int64_t pattern_memory = 512 << 10; // of one pattern, compiled
constexpr std::size_t unique_items_max = 1'000;

// What `pattern` is called for the library, which would take std::regex for it: that recurses for
// each character, and needs exponential time for patterns such as (a*)*b.
constexpr const char* pattern_keyword = "x-sagas-pattern";

std::shared_ptr<const RE2> compiled(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(pattern_memory);
  return std::make_shared<const RE2>(pattern, options);
}

std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i) // behind "<root>"; each as "[key]"
    pointer = pointer_to(pointer, std::string_view{context[i]}.substr(1, context[i].size() - 2));
  return pointer;
}

// Ends a check: neither yes nor no can be said.
struct too_dear : std::runtime_error {
  too_dear(std::string at, const std::string& why)
    : std::runtime_error{why}, pointer(std::move(at)) {}
  std::string pointer;
};

// `pattern`, in linear time.
class pattern_constraint final : public valijson::constraints::PolyConstraint {
public:
  explicit pattern_constraint(std::shared_ptr<const RE2> pattern) : pattern_(std::move(pattern)) {}

  bool validate(const valijson::adapters::Adapter& target, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    if (!target.isString())
      return true;
    const std::string text = target.asString();
    if (text.size() > pattern_text_max)
      throw too_dear{pointer_of(context),
                     "longer than " + std::to_string(pattern_text_max) + " bytes"};
    if (RE2::PartialMatch(text, *pattern_))
      return true;
    if (results)
      results->pushError(context, "does not match the pattern " + pattern_->pattern());
    return false;
  }

private:
  valijson::constraints::Constraint* cloneInto(void* at) const override {
    return new (at) pattern_constraint{*this};
  }
  std::size_t sizeOf() const override { return sizeof *this; }

  std::shared_ptr<const RE2> pattern_;
};

class pattern_builder final : public valijson::ConstraintBuilder {
public:
  valijson::constraints::Constraint* make(const valijson::adapters::Adapter& value) const override {
    return new pattern_constraint{compiled(value.asString())};
  }
};

// Walks a schema, names what is not allowed in it and notes what makes checking dear. Takes
// `format` out on the way, and gives `pattern` its other name.
class schema_walk {
public:
  explicit schema_walk(fault_list& faults) : faults_(faults) {}

  void schema(json_value& what, const std::string& pointer) {
    if (what.is_array()) {
      for (std::size_t i = 0; i < what.size(); ++i)
        schema(what[i], pointer_to(pointer, i));
      return;
    }
    if (!what.is_object())
      return;
    what.erase("format");
    what.erase(pattern_keyword);
    if (const auto found = what.find("pattern"); found != what.end() && found->is_string()) {
      json_value text = std::move(*found);
      what.erase("pattern");
      pattern(text.get_ref<const std::string&>(), pointer_to(pointer, "pattern"));
      what[pattern_keyword] = std::move(text);
    }
    for (auto& [key, value] : what.items())
      keyword(key, value, pointer_to(pointer, key));
  }

  bool unique_items = false;

private:
  void keyword(const std::string& key, json_value& value, const std::string& pointer) {
    if (key == "$ref")
      faults_.add(pointer, "not supported: write the schema out in place");
    else if (key == "patternProperties")
      faults_.add(pointer, "not supported: name the members, or use propertyNames and "
                           "additionalProperties");
    else if (key == "uniqueItems")
      unique_items = unique_items || value == true;
    else if (key == "properties" || key == "dependencies")
      by_name(value, pointer);
    else if (key != "enum" && key != "const" && key != "default" && key != "examples")
      schema(value, pointer);
  }

  void by_name(json_value& what, const std::string& pointer) {
    if (what.is_object())
      for (auto& [name, value] : what.items())
        schema(value, pointer_to(pointer, name));
  }

  void pattern(const std::string& text, const std::string& pointer) {
    if (++patterns_ > patterns_max)
      return faults_.add(pointer, "more than " + std::to_string(patterns_max) + " patterns");
    if (text.size() > pattern_max)
      return faults_.add(pointer, "longer than " + std::to_string(pattern_max) + " bytes");
    const auto what = compiled(text);
    if (!what->ok())
      faults_.add(pointer, "not a regular expression as RE2 has them: " + what->error());
  }

  fault_list& faults_;
  std::size_t patterns_ = 0;
};

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
  bool unique_items = false;

  bool validate(const nlohmann::json& value, valijson::ValidationResults* results) const {
    return valijson::Validator{}.validate(schema, NlohmannJsonAdapter{value}, results);
  }

  // Names what would cost more than its size; false when there is any.
  bool affordable(const nlohmann::json& value, const std::string& pointer,
                  fault_list& faults) const {
    if (value.is_array() && value.size() > unique_items_max) {
      faults.add(pointer, "more than " + std::to_string(unique_items_max) + " elements");
      return false;
    }
    bool sound = true;
    if (value.is_object())
      for (const auto& [key, member] : value.items())
        sound = affordable(member, pointer_to(pointer, key), faults) && sound;
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
  what->unique_items = walk.unique_items;
  if (own.empty()) {
    try {
      const auto source = nlohmann::json::parse(plain.dump());
      valijson::SchemaParser parser;
      parser.addConstraintBuilder(pattern_keyword, new pattern_builder); // which it owns
      parser.populateSchema(NlohmannJsonAdapter{source}, what->schema);
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
    if (content_->unique_items && !content_->affordable(value, "", faults))
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
  } catch (const too_dear& e) {
    faults.add(e.pointer, e.what());
  } catch (const std::exception& e) {
    faults.add("", std::string{"could not be checked: "} + e.what());
  }
}

} // namespace sagas
