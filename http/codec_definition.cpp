#include "http/codec_definition.hpp"

namespace sagas::http {

namespace {

void write_child(json_writer& json, const child_terms& what) {
  json.begin_object();
  json.member("tipo", what.type);
  json.key("version");
  what.version > 0 ? json.value(what.version) : json.null();
  json.member("al_retroceder", what.left_alone ? "dejar" : "deshacer");
  json.end_object();
}

} // namespace

void write_definition_summary(json_writer& json, const definition& what, bool newest) {
  json.begin_object();
  json.member("tipo", what.type);
  json.member("version", what.version);
  json.member("vigente", newest);
  json.member("descripcion", what.description);
  json.key("plazo_segundos");
  what.deadline.count() > 0 ? json.value(static_cast<double>(what.deadline.count()) / 1000.0)
                            : json.null();
  json.key("pasos");
  json.begin_array();
  for (const step_definition& step : what.steps) {
    json.begin_object();
    json.member("nombre", step.name);
    json.member("microservicio", step.service);
    json.member_or_null("compensacion", step.compensation);
    json.key("depende_de");
    json.begin_array();
    for (const std::size_t before : step.depends_on)
      json.value(what.steps[before].name);
    json.end_array();
    json.member("opcional", step.optional);
    json.member("pivote", step.pivot);
    json.member_or_null("senal", step.wait ? step.wait->signal : std::string{});
    json.key("hija");
    step.child ? write_child(json, *step.child) : json.null();
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_node(json_writer& json, const node_info& what) {
  json.begin_object();
  json.member("nombre", what.name);
  json.member("epoca", what.epoch);
  json.member("sagas_activas", what.active_sagas);
  json.member("escrituras_en_cola", what.queued_commits);
  json.member("acepta", what.accepting);
  json.member_or_null("motivo", what.why_not);
  json.end_object();
}

void write_participant(json_writer& json, const participant_info& what,
                       std::string_view registered) {
  json.begin_object();
  json.member("microservicio", what.service);
  json.member("clase", what.kind);
  json.member("sano", what.healthy);
  json.member("llamadas", what.calls);
  json.member("fallos", what.failures);
  json.member("en_curso", what.in_flight);
  if (!registered.empty()) {
    json.key("registro");
    json.json(registered);
  }
  json.end_object();
}

} // namespace sagas::http
