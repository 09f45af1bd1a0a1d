#include "http/codec_attention.hpp"

#include <algorithm>

#include "http/codec_saga.hpp"

namespace sagas::http {
namespace {

void write_call(payload_writer& json, const definition& plan, const call_request& call,
                bool with_input) {
  json.begin_object();
  json.member("paso", plan.steps[call.step].name);
  json.member("microservicio", plan.steps[call.step].service);
  json.member("operacion", to_text(call.op));
  json.member("intento", call.attempt);
  if (with_input)
    json.member("entrada", call.input);
  json.end_object();
}

void write_calls(payload_writer& json, const definition& plan,
                 const std::vector<call_request>& calls, bool with_input) {
  json.begin_array();
  for (const call_request& call : calls)
    write_call(json, plan, call, with_input);
  json.end_array();
}

void write_notes(json_writer& json, const std::vector<history_row>& notes) {
  json.begin_array();
  for (const history_row& note : notes) {
    json.begin_object();
    json.member("evento", note.kind);
    if (!note.step.empty())
      json.member("paso", note.step);
    json.end_object();
  }
  json.end_array();
}

double seconds(milliseconds what) { return static_cast<double>(what.count()) / 1000.0; }

void write_kind(json_writer& json, std::optional<outcome_kind> kind) {
  json.key("resultado");
  kind ? json.value(to_text(*kind)) : json.null();
}

// A step that a saga is parked at: what the participant said, and since when it is so.
void write_stop(json_writer& json, const saga_header& saga, const step_view& at, timestamp now) {
  const timestamp since = at.row.ended.value_or(at.row.started);
  json.begin_object();
  json.member("nombre", at.name);
  json.member("microservicio", at.service);
  json.member("operacion", to_text(at.row.op));
  json.member("causa", cause_of(saga, at));
  write_kind(json, at.row.kind);
  json.member_or_null("error_mensaje", at.row.error);
  json.member("intentos", at.row.attempt);
  json.member("intentos_de_esta_ronda", at.row.attempt - at.row.base + 1);
  json.member("desde", since);
  json.member("segundos", seconds(std::max(now - since, milliseconds{0})));
  json.end_object();
}

} // namespace

void write_cause(json_writer& json, const cause_group& what, timestamp now) {
  json.begin_object();
  json.member("causa", what.cause);
  json.member("tipo", what.type);
  json.member_or_null("paso", what.step);
  json.member_or_null("microservicio", what.service);
  json.key("operacion");
  what.step.empty() ? json.null() : json.value(to_text(what.op));
  write_kind(json, what.kind);
  json.member_or_null("error_mensaje", what.error);
  json.member("cuantas", what.count);
  json.member("desde", what.oldest);
  json.member("segundos", seconds(std::max(now - what.oldest, milliseconds{0})));
  json.member("ejemplo", what.example);
  json.end_object();
}

void write_parked(payload_writer& json, const parked_view& what, const definition* plan,
                  timestamp now) {
  json.begin_object();
  json.key("saga");
  write_saga(json, what.saga);
  json.key("pasos");
  json.begin_array();
  for (const step_view& at : what.at)
    write_stop(json, what.saga.header, at, now);
  json.end_array();
  json.key("decisiones");
  json.begin_array();
  if (plan && !what.at.empty())
    for (const choice& each : choices_of(*plan, what, language::spanish)) {
      json.begin_object();
      json.member("decision", to_text(each.what));
      json.member("efecto", each.effect);
      json.end_object();
    }
  if (what.at.empty()) {
    json.begin_object();
    json.member("decision", "reanudar");
    json.member("efecto", "vuelve a cargarla y sigue donde estaba");
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

std::string summary_body(const attention_summary& what) {
  std::string body;
  json_writer json{body};
  json.begin_object();
  json.member("calculado_en", what.at);
  json.member("sagas", what.sagas);
  json.member("completo", what.whole && what.others == 0);
  json.key("causas");
  json.begin_array();
  for (const cause_group& group : what.causes)
    write_cause(json, group, what.at);
  json.end_array();
  json.end_object();
  return body;
}

std::string progress_body(const bulk_progress& what, std::size_t from) {
  std::string body;
  json_writer json{body};
  json.begin_object();
  json.member("trabajo_id", what.job);
  json.member("estado", to_text(what.state));
  json.member("simulado", what.dry_run);
  json.member_or_null("motivo", what.why);
  json.member("decididas", what.decided);
  json.member("rechazadas", what.refused);
  json.key("resultados");
  json.begin_array();
  for (const bulk_line& line : what.lines) {
    json.begin_object();
    json.member("saga_id", line.saga);
    json.member_or_null("paso", line.step);
    json.key("estado");
    line.now ? json.value(to_text(*line.now)) : json.null();
    json.member_or_null("rechazo", line.why);
    json.end_object();
  }
  json.end_array();
  json.key("siguiente");
  from + what.lines.size() < what.lines_total ? json.value(from + what.lines.size()) : json.null();
  json.end_object();
  return body;
}

std::string preview_body(const definition& plan, const preview& what, const redaction& hides) {
  std::string body;
  payload_writer json{body, hides};
  json.begin_object();
  json.member("saga_id", what.next.header.id);
  json.member("simulado", true);
  json.member("estado", to_text(what.next.header.status));
  json.member("finalizada", is_terminal(what.next.header.status));
  json.key("llamadas");
  write_calls(json, plan, what.sent, true);
  json.key("historia");
  write_notes(json, what.history);
  json.key("espera");
  json.begin_object();
  json.key("respuestas");
  write_calls(json, plan, what.awaited, false);
  json.member("hasta", what.wakes);
  json.end_object();
  json.key("si_todo_va_bien");
  json.begin_object();
  json.member("estado", to_text(what.end));
  json.key("llamadas");
  write_calls(json, plan, what.follows, false);
  json.end_object();
  json.end_object();
  return body;
}

} // namespace sagas::http
