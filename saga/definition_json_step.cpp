#include <algorithm>

#include "saga/child.hpp"
#include "saga/definition_json_parts.hpp"

namespace sagas {
namespace {

using std::chrono::hours;

constexpr std::size_t description_size_max = 2'000;

json_template whole_input() {
  static const json_template whole = *json_template::parse(R"("${entrada}")");
  return whole;
}

// The template at a key; empty when missing or faulty.
std::optional<json_template> read_template(object_reader& from, fault_list& faults) {
  const json_value* text = from.member("entrada");
  if (!text)
    return std::nullopt;
  auto compiled = json_template::parse(text->dump());
  if (compiled)
    return *compiled;
  faults.add(pointer_to(from.pointer(), "entrada"), compiled.error());
  return std::nullopt;
}

void read_final_failures(object_reader& from, retry_policy& policy, fault_list& faults) {
  const json_value* codes = from.array("fallos_finales", 100);
  if (!codes)
    return;
  policy.final_failures.clear();
  for (std::size_t i = 0; i < codes->size(); ++i)
    if ((*codes)[i].is_string() && (*codes)[i].get_ref<const std::string&>().size() <= 100)
      policy.final_failures.push_back((*codes)[i].get<std::string>());
    else
      faults.add(pointer_to(pointer_to(from.pointer(), "fallos_finales"), i),
                 "must be a failure's code");
}

void read_compensation(object_reader& step, step_definition& out, fault_list& faults) {
  const json_value* what = step.member("compensacion");
  if (!what)
    return;
  if (what->is_string()) {
    out.compensation = step.name("compensacion").value_or("");
    return;
  }
  object_reader reader{*what, pointer_to(step.pointer(), "compensacion"), faults};
  if (what->is_object() && !reader.member("nombre"))
    reader.fault("nombre", "missing");
  out.compensation = reader.name("nombre").value_or("");
  out.compensation_input = read_template(reader, faults);
  read_policy(reader, "politica", out.compensation_retry, faults);
  read_timeout(reader, out.compensation_timeout);
  reader.done();
}

void read_dependencies(object_reader& reader, read_step& step, fault_list& faults) {
  step.graph = reader.member("depende_de") != nullptr;
  const json_value* names = reader.array("depende_de", 200);
  if (!names)
    return;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const json_value& name = (*names)[i];
    const std::string pointer = pointer_to(pointer_to(reader.pointer(), "depende_de"), i);
    if (!name.is_string())
      faults.add(pointer, "must be the name of a step");
    else if (std::find(step.depends_on.begin(), step.depends_on.end(), name.get<std::string>())
             != step.depends_on.end())
      faults.add(pointer, "named twice");
    step.depends_on.push_back(name.is_string() ? name.get<std::string>() : "");
  }
}

} // namespace

void read_timeout(object_reader& from, milliseconds& timeout) {
  if (const auto span = from.duration("tiempo_maximo", milliseconds{1}, hours{24}))
    timeout = *span;
}

void read_policy(object_reader& from, std::string_view key, retry_policy& policy,
                 fault_list& faults) {
  const json_value* what = from.member(key);
  if (!what)
    return;
  object_reader reader{*what, pointer_to(from.pointer(), key), faults};
  if (const auto span = reader.duration("primera_espera", milliseconds{0}, hours{24}))
    policy.first_delay = *span;
  if (const auto factor = reader.number("factor", 1, 100))
    policy.factor = *factor;
  if (const auto span = reader.duration("espera_maxima", milliseconds{0}, hours{24}))
    policy.cap = *span;
  if (const auto share = reader.number("variacion", 0, 1))
    policy.jitter = *share;
  if (const auto count = reader.integer("intentos", 1, 10'000))
    policy.attempts = static_cast<std::uint32_t>(*count);
  if (const auto span = reader.duration("tiempo_total", milliseconds{0}, hours{24 * 365}))
    policy.total = *span;
  read_final_failures(reader, policy, faults);
  reader.done();
  if (policy.cap < policy.first_delay)
    reader.fault("espera_maxima below primera_espera");
}

void read_call(object_reader& step, step_definition& out, fault_list& faults) {
  out.service = step.name("microservicio").value_or("");
  if (out.service == child_service)
    step.fault("microservicio", "is the name of whoever does child sagas: write hija");
  out.input = read_template(step, faults).value_or(whole_input());
  out.pivot = step.flag("pivote").value_or(false);
  read_policy(step, "politica", out.retry, faults);
  read_timeout(step, out.timeout);
  read_compensation(step, out, faults);
}

// What a step that waits is "sent" with: its rows tell what for, and until when.
json_template input_of_wait(const json_value& wait, const json_value* data,
                            const std::string& pointer, fault_list& faults) {
  json_value text = json_value::object();
  for (const char* key : {"senal", "hasta"})
    if (wait.contains(key))
      text[key] = wait[key];
  if (data)
    text["datos"] = *data;
  auto compiled = json_template::parse(text.dump());
  if (!compiled)
    faults.add(pointer, compiled.error());
  return compiled ? *compiled : whole_input();
}

void read_wait(object_reader& step, const json_value& what, step_definition& out,
               fault_list& faults) {
  wait_terms wait;
  object_reader reader{what, pointer_to(step.pointer(), "espera"), faults};
  wait.signal = reader.name("senal").value_or("");
  wait.until = reader.text("hasta", 1'000).has_value();
  const char* span = wait.signal.empty() ? "tiempo" : "plazo";
  wait.span = reader.duration(span, milliseconds{1}, hours{24 * 3'660}).value_or(milliseconds{0});
  const std::string lapse = reader.text("al_vencer", 20).value_or("fallar");
  wait.lapse_is_fine = lapse == "continuar";
  reader.done();
  const bool ends = wait.until || wait.span > milliseconds{0};
  if (what.is_object() && wait.signal.empty() && !ends)
    reader.fault("needs a senal, a tiempo or a hasta");
  if (wait.until && wait.span > milliseconds{0})
    reader.fault("hasta", std::string{"either this or "} + span);
  if (lapse != "continuar" && lapse != "fallar")
    reader.fault("al_vencer", "must be fallar or continuar");
  if (reader.member("al_vencer") && (wait.signal.empty() || !ends))
    reader.fault("al_vencer", "only for a senal with a plazo or a hasta");
  for (const char* key :
       {"microservicio", "compensacion", "politica", "tiempo_maximo", "pivote", "hija"})
    if (step.member(key))
      step.fault(key, "a step that waits calls nobody");
  if (what.is_object())
    out.input = input_of_wait(what, step.member("entrada"), reader.pointer(), faults);
  out.service = wait_service;
  out.wait = std::move(wait);
}

// It is asked for until it has ended: a failure of the child is none of the question.
void ask_patiently(step_definition& out) {
  for (retry_policy* policy : {&out.retry, &out.compensation_retry}) {
    *policy = {.cap = hours{1}, .attempts = 10'000, .final_failures = {child_incomplete}};
  }
  out.timeout = out.compensation_timeout = step_defaults{}.timeout;
}

void read_child(object_reader& step, const json_value& what, step_definition& out,
                fault_list& faults) {
  child_terms child;
  object_reader reader{what, pointer_to(step.pointer(), "hija"), faults};
  if (what.is_object() && !reader.member("tipo"))
    reader.fault("tipo", "missing");
  child.type = reader.name("tipo").value_or("");
  child.version = static_cast<int>(reader.integer("version", 1, 1'000'000).value_or(0));
  const std::string turned = reader.text("al_retroceder", 20).value_or("deshacer");
  child.left_alone = turned == "dejar";
  reader.done();
  if (turned != "deshacer" && turned != "dejar")
    reader.fault("al_retroceder", "must be deshacer or dejar");
  for (const char* key : {"microservicio", "compensacion", "politica", "tiempo_maximo"})
    if (step.member(key))
      step.fault(key, "a step that is a saga has that of its own definition");
  out.input = read_template(step, faults).value_or(whole_input());
  out.pivot = step.flag("pivote").value_or(false);
  out.service = child_service;
  if (!child.left_alone)
    out.compensation = child_undo;
  ask_patiently(out);
  out.child = std::move(child);
}

read_step parse_step(const json_value& what, const std::string& pointer,
                     const step_defaults& defaults, fault_list& faults) {
  read_step step;
  step.pointer = pointer;
  step.what.retry = defaults.retry;
  step.what.compensation_retry = defaults.compensation_retry;
  step.what.timeout = step.what.compensation_timeout = defaults.timeout;
  object_reader reader{what, pointer, faults};
  for (const char* needed : {"nombre", "microservicio"})
    if (what.is_object() && !reader.member(needed)
        && (needed != std::string_view{"microservicio"}
            || (!reader.member("espera") && !reader.member("hija"))))
      reader.fault(needed, "missing");
  step.what.name = reader.name("nombre").value_or("");
  step.what.description = reader.text("descripcion", description_size_max).value_or("");
  step.what.optional = reader.flag("opcional").value_or(false);
  if (const json_value* wait = reader.member("espera"))
    read_wait(reader, *wait, step.what, faults);
  else if (const json_value* child = reader.member("hija"))
    read_child(reader, *child, step.what, faults);
  else
    read_call(reader, step.what, faults);
  read_dependencies(reader, step, faults);
  reader.done();
  return step;
}

} // namespace sagas
