#include "saga/builder.hpp"

#include "saga/definition_json.hpp"
#include "saga/json_reader.hpp"

namespace sagas {
namespace {

std::string in_ms(milliseconds span) { return std::to_string(span.count()) + "ms"; }

json_value to_json(const retry_policy& policy) {
  return {{"primera_espera", in_ms(policy.first_delay)},
          {"factor", policy.factor},
          {"espera_maxima", in_ms(policy.cap)},
          {"variacion", policy.jitter},
          {"intentos", policy.attempts},
          {"tiempo_total", in_ms(policy.total)},
          {"fallos_finales", policy.final_failures}};
}

} // namespace

struct definition_builder::content {
  json_value plan;
  fault_list faults; // of JSON texts, and of calls out of order

  // Where the pointer of the last step, or of the definition, leads.
  std::string pointer() const {
    return plan["pasos"].empty() ? "" : pointer_to("/pasos", plan["pasos"].size() - 1);
  }

  json_value& last_step(const char* key) {
    if (plan["pasos"].empty()) {
      faults.add("/pasos", std::string{key} + " belongs to a step: there is none yet");
      plan["pasos"].push_back(json_value::object());
    }
    return plan["pasos"].back();
  }

  void add_step(std::string_view name, const char* kind, std::string_view json) {
    const std::string where = pointer_to("/pasos", plan["pasos"].size()) + '/' + kind;
    plan["pasos"].push_back({{"nombre", name}, {kind, parsed(json, where)}});
  }

  json_value& undo(const char* key) {
    json_value& step = last_step(key);
    if (!step.contains("compensacion"))
      step["compensacion"] = json_value::object();
    return step["compensacion"];
  }

  json_value parsed(std::string_view text, const std::string& where) {
    auto value = parse_json(text, definition_size_max);
    if (value)
      return *value;
    faults.add(where, value.error().message);
    return json_value::object();
  }
};

definition_builder::definition_builder(std::string_view type)
  : content_(std::make_unique<content>()) {
  content_->plan = {{"tipo", type}, {"pasos", json_value::array()}};
}
definition_builder::definition_builder(definition_builder&&) noexcept = default;
definition_builder& definition_builder::operator=(definition_builder&&) noexcept = default;
definition_builder::~definition_builder() = default;

definition_builder& definition_builder::version(int number) {
  content_->plan["version"] = number;
  return *this;
}

definition_builder& definition_builder::description(std::string_view text) {
  json_value& steps = content_->plan["pasos"];
  (steps.empty() ? content_->plan : steps.back())["descripcion"] = text;
  return *this;
}

definition_builder& definition_builder::deadline(milliseconds span) {
  content_->plan["plazo"] = in_ms(span);
  return *this;
}

definition_builder& definition_builder::undo_window(milliseconds span) {
  content_->plan["ventana_compensacion"] = in_ms(span);
  return *this;
}

definition_builder& definition_builder::start_rules(std::string_view json) {
  content_->plan["entrada"] = content_->parsed(json, "/entrada");
  return *this;
}

definition_builder& definition_builder::step(std::string_view name, std::string_view service) {
  content_->plan["pasos"].push_back({{"nombre", name}, {"microservicio", service}});
  return *this;
}

definition_builder& definition_builder::wait(std::string_view name, std::string_view json) {
  content_->add_step(name, "espera", json);
  return *this;
}

definition_builder& definition_builder::child(std::string_view name, std::string_view json) {
  content_->add_step(name, "hija", json);
  return *this;
}

definition_builder& definition_builder::input(std::string_view json) {
  json_value& step = content_->last_step("input");
  step["entrada"] = content_->parsed(json, content_->pointer() + "/entrada");
  return *this;
}

definition_builder& definition_builder::depends_on(std::initializer_list<std::string_view> steps) {
  json_value names = json_value::array();
  for (const std::string_view name : steps)
    names.push_back(name);
  content_->last_step("depends_on")["depende_de"] = std::move(names);
  return *this;
}

definition_builder& definition_builder::optional() {
  content_->last_step("optional")["opcional"] = true;
  return *this;
}

definition_builder& definition_builder::pivot() {
  content_->last_step("pivot")["pivote"] = true;
  return *this;
}

definition_builder& definition_builder::retry(const retry_policy& policy) {
  content_->last_step("retry")["politica"] = to_json(policy);
  return *this;
}

definition_builder& definition_builder::timeout(milliseconds span) {
  content_->last_step("timeout")["tiempo_maximo"] = in_ms(span);
  return *this;
}

definition_builder& definition_builder::compensation(std::string_view name) {
  content_->undo("compensation")["nombre"] = name;
  return *this;
}

definition_builder& definition_builder::compensation_input(std::string_view json) {
  json_value& undo = content_->undo("compensation_input");
  undo["entrada"] = content_->parsed(json, content_->pointer() + "/compensacion/entrada");
  return *this;
}

definition_builder& definition_builder::compensation_retry(const retry_policy& policy) {
  content_->undo("compensation_retry")["politica"] = to_json(policy);
  return *this;
}

definition_builder& definition_builder::compensation_timeout(milliseconds span) {
  content_->undo("compensation_timeout")["tiempo_maximo"] = in_ms(span);
  return *this;
}

result<definition_ptr> definition_builder::build() const {
  if (!content_->faults.empty())
    return content_->faults.as_failure("the definition");
  return parse_definition(
    content_->plan.dump(-1, ' ', false, json_value::error_handler_t::replace));
}

} // namespace sagas
