#include "http/codec_attention.hpp"

namespace sagas::http {
namespace {

void write_call(json_writer& json, const definition& plan, const call_request& call,
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

void write_calls(json_writer& json, const definition& plan, const std::vector<call_request>& calls,
                 bool with_input) {
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

} // namespace

std::string preview_body(const definition& plan, const preview& what) {
  std::string body;
  json_writer json{body};
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
