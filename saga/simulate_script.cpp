#include <algorithm>

#include "saga/definition_json.hpp"
#include "saga/json_reader.hpp"
#include "saga/simulate.hpp"

namespace sagas {
namespace {

using std::chrono::hours;

constexpr std::size_t script_size_max = 1'048'576;
constexpr std::size_t outcomes_max = 1'000;
constexpr milliseconds virtual_time_max = hours{24 * 365};

bool read_kind(std::string_view word, scripted_outcome& out) {
  const std::pair<std::string_view, outcome_kind> kinds[] = {
    {"hecho", outcome_kind::done},
    {"negocio", outcome_kind::business_failure},
    {"tecnico", outcome_kind::technical_failure},
    {"desconocido", outcome_kind::unknown},
    {"en_curso", outcome_kind::still_running}};
  if (word == "sin_respuesta") {
    out.answers = false;
    return true;
  }
  for (const auto& [name, kind] : kinds)
    if (word == name) {
      out.what.kind = kind;
      return true;
    }
  return false;
}

scripted_outcome read_outcome(const json_value& what, const std::string& pointer,
                              fault_list& faults) {
  object_reader reader{what, pointer, faults};
  scripted_outcome out;
  const auto word = reader.text("resultado", 100).value_or("hecho");
  if (!read_kind(word, out))
    reader.fault("resultado", "must be hecho, negocio, tecnico, desconocido, en_curso or "
                              "sin_respuesta");
  const json_value* output = reader.member("salida");
  if (output && out.what.kind != outcome_kind::done)
    reader.fault("salida", "only what is hecho has one");
  if (out.what.kind == outcome_kind::done)
    out.what.output = document{output ? output->dump() : "{}"};
  out.what.code = reader.text("codigo", 100).value_or(word);
  out.what.reason = reader.text("motivo", 1'000).value_or("");
  out.latency =
    reader.duration("latencia", milliseconds{0}, virtual_time_max).value_or(milliseconds{0});
  out.ask_in =
    reader.duration("preguntar_en", milliseconds{0}, virtual_time_max).value_or(out.ask_in);
  reader.done();
  return out;
}

void read_outcomes(object_reader& of_step, std::pair<std::size_t, operation> of,
                   simulation_script& out, fault_list& faults) {
  const char* key = of.second == operation::action ? "accion" : "compensacion";
  const json_value* list = of_step.array(key, outcomes_max);
  if (!list)
    return;
  if (list->empty())
    of_step.fault(key, "needs at least one outcome");
  for (std::size_t i = 0; i < list->size(); ++i)
    out.outcomes[of].push_back(
      read_outcome((*list)[i], pointer_to(pointer_to(of_step.pointer(), key), i), faults));
}

void read_script(const definition& plan, const json_value& steps, simulation_script& out,
                 fault_list& faults) {
  for (const auto& [name, value] : steps.items()) {
    const std::string pointer = pointer_to("/guion", name);
    const auto step = plan.find_step(name);
    if (!step) {
      faults.add(pointer, "there is no such step");
      continue;
    }
    object_reader reader{value, pointer, faults};
    read_outcomes(reader, {*step, operation::action}, out, faults);
    read_outcomes(reader, {*step, operation::compensation}, out, faults);
    reader.done();
  }
}

bool read_what(std::string_view word, scripted_decision& out) {
  using kind = scripted_decision::kind;
  const std::pair<std::string_view, kind> of_sagas[] = {{"cancelar", kind::cancel},
                                                        {"pausar", kind::pause},
                                                        {"reanudar", kind::resume},
                                                        {"senal", kind::signal}};
  for (const auto& [name, what] : of_sagas)
    if (word == name) {
      out.what = what;
      return true;
    }
  const auto decided = parse_decision(word);
  if (decided) {
    out.what = kind::decide;
    out.decided = *decided;
  }
  return decided.has_value();
}

scripted_decision read_decision(const definition& plan, const json_value& what,
                                const std::string& pointer, fault_list& faults) {
  object_reader reader{what, pointer, faults};
  scripted_decision out;
  if (!read_what(reader.text("que", 100).value_or(""), out) && what.is_object())
    reader.fault("que", "must be cancelar, pausar, reanudar, senal, reintentar, omitir, completar, "
                        "fallar or compensar");
  out.at = reader.duration("en", milliseconds{0}, virtual_time_max).value_or(milliseconds{0});
  const bool of_step = out.what == scripted_decision::kind::decide;
  const auto name = reader.text("paso", 100);
  const auto step = plan.find_step(name.value_or(""));
  if (of_step && !step)
    reader.fault("paso", "must be the name of a step");
  if (!of_step && name)
    reader.fault("paso", "only decisions about a step have one");
  out.step = step.value_or(0);
  out.signal = reader.text("senal", 100).value_or("");
  if (out.what == scripted_decision::kind::signal && !plan.find_wait(out.signal))
    reader.fault("senal", "must be a signal that a step waits for");
  const json_value* output = reader.member("salida");
  out.output = document{output ? output->dump() : "{}"};
  if (const json_value* input = reader.object("entrada")) {
    if (!of_step || out.decided != decision::retry)
      reader.fault("entrada", "only reintentar has one");
    out.input = document{input->dump()};
  }
  out.reason = reader.text("razon", 1'000).value_or("");
  reader.done();
  return out;
}

void read_start(const definition& plan, object_reader& reader, simulation_script& out,
                fault_list& faults) {
  const json_value* input = reader.member("entrada");
  const auto prepared = prepare_input(plan, input ? input->dump() : "{}");
  if (prepared)
    out.input = *prepared;
  else
    faults.add("/entrada", prepared.error());
  out.campaign_id = reader.name("campania_id", 36).value_or("");
  const auto start = parse_iso(reader.text("inicio", 40).value_or("2026-01-01T00:00:00Z"));
  if (start)
    out.start = *start;
  else
    reader.fault("inicio", "must be a date in ISO 8601, such as 2026-01-31T09:00:00Z");
  out.seed = static_cast<std::uint64_t>(reader.integer("semilla", 0, INT64_MAX).value_or(1));
  out.time_max =
    reader.duration("tiempo_maximo", milliseconds{0}, virtual_time_max).value_or(out.time_max);
}

} // namespace

result<simulation_script> parse_simulation(const definition& plan, std::string_view text) {
  const auto value = parse_json(text, script_size_max);
  if (!value)
    return value.error();
  fault_list faults;
  object_reader reader{*value, "", faults};
  simulation_script out;
  read_start(plan, reader, out, faults);
  if (const json_value* script = reader.object("guion"))
    read_script(plan, *script, out, faults);
  if (const json_value* decisions = reader.array("decisiones", outcomes_max))
    for (std::size_t i = 0; i < decisions->size(); ++i)
      out.decisions.push_back(
        read_decision(plan, (*decisions)[i], pointer_to("/decisiones", i), faults));
  reader.done();
  if (!faults.empty())
    return faults.as_failure("the simulation");
  std::stable_sort(out.decisions.begin(), out.decisions.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return out;
}

} // namespace sagas
