#include "saga/definition_json.hpp"

#include "saga/definition_json_parts.hpp"
#include "saga/start_input.hpp"

namespace sagas {
namespace {

using std::chrono::hours;

std::vector<read_step> read_steps(object_reader& from, const step_defaults& defaults,
                                  fault_list& faults) {
  std::vector<read_step> steps;
  const json_value* list = from.array("pasos", definition_steps_max);
  if (!list)
    return steps;
  if (list->empty())
    from.fault("pasos", "needs at least one step");
  for (std::size_t i = 0; i < list->size(); ++i)
    steps.push_back(parse_step((*list)[i], pointer_to("/pasos", i), defaults, faults));
  check_graph(steps, faults);
  return steps;
}

definition read_definition(const json_value& what, fault_list& faults) {
  definition plan;
  object_reader reader{what, "", faults};
  for (const char* needed : {"tipo", "pasos"})
    if (what.is_object() && !reader.member(needed))
      reader.fault(needed, "missing");
  plan.type = reader.name("tipo").value_or("");
  plan.version = static_cast<int>(reader.integer("version", 1, 1'000'000).value_or(1));
  plan.description = reader.text("descripcion", 2'000).value_or("");
  plan.deadline =
    reader.duration("plazo", milliseconds{0}, hours{24 * 365}).value_or(milliseconds{0});
  plan.undo_window = reader.duration("ventana_compensacion", milliseconds{0}, hours{24 * 3650})
                       .value_or(milliseconds{0});
  if (const json_value* input = reader.member("entrada"))
    plan.input = read_input_rules(*input, "/entrada", faults);
  step_defaults defaults;
  read_policy(reader, "politica", defaults.retry, faults);
  read_policy(reader, "politica_compensacion", defaults.compensation_retry, faults);
  read_timeout(reader, defaults.timeout);
  for (read_step& step : read_steps(reader, defaults, faults))
    plan.steps.push_back(std::move(step.what));
  reader.done();
  return plan;
}

} // namespace

result<definition_ptr> parse_definition(std::string_view text) {
  const auto value = parse_json(text, definition_size_max);
  if (!value)
    return value.error();
  fault_list faults;
  definition plan = read_definition(*value, faults);
  if (!faults.empty())
    return faults.as_failure("the definition");
  std::string source = value->dump();      // so that white space makes no other definition
  if (source.size() > definition_size_max) // numbers such as 1e9 grow; it must be read again later
    return {errc::invalid_input, "written without white space it is larger than "
                                   + std::to_string(definition_size_max) + " bytes"};
  derive(plan);
  plan.source = document{std::move(source)};
  return definition_ptr{std::make_shared<const definition>(std::move(plan))};
}

} // namespace sagas
