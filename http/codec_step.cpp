#include "http/codec_step.hpp"

#include <algorithm>
#include <functional>

namespace sagas::http {
namespace {

void write_step(payload_writer& json, const step_view& step) {
  const step_row& row = step.row;
  json.begin_object();
  json.member("paso_id", step.step_id);
  json.member("nombre", step.name);
  json.member("descripcion", step.description);
  json.member("microservicio", step.service);
  json.member("estado", to_text(row.status));
  json.member("tipo_operacion", to_text(row.op));
  json.member("intento_numero", row.attempt);
  json.key("resultado");
  row.kind ? json.value(to_text(*row.kind)) : json.null();
  json.member("timestamp_inicio", row.started);
  json.member("timestamp_fin", row.ended);
  json.key("duracion_segundos");
  if (row.ended)
    json.value(static_cast<double>((*row.ended - row.started).count()) / 1000.0);
  else
    json.null();
  json.member("datos_entrada", row.input);
  json.member("datos_salida", row.output);
  json.member_or_null("error_mensaje", row.error);
  json.end_object();
}

// One line of the history, not yet written.
struct entry {
  timestamp at;
  std::function<void(json_writer&)> write;
};

entry saga_entry(timestamp at, const char* what, saga_status status, const std::string& error) {
  return {at, [=](json_writer& json) {
            json.member("evento", what);
            json.member("estado", to_text(status));
            if (!error.empty())
              json.member("error_mensaje", error);
          }};
}

void write_attempt(json_writer& json, const char* what, const step_view& step, step_status status) {
  json.member("evento", what);
  json.member("paso", step.name);
  json.member("microservicio", step.service);
  json.member("tipo_operacion", to_text(step.row.op));
  json.member("intento_numero", step.row.attempt);
  json.member("estado", to_text(status));
}

void add_attempt(std::vector<entry>& to, const step_view& step) {
  const bool forward = step.row.op == operation::action;
  to.push_back({step.row.started, [&step, forward](json_writer& json) {
                  write_attempt(json, "intento_enviado", step,
                                forward ? step_status::running : step_status::compensating);
                }});
  if (step.row.ended)
    to.push_back({*step.row.ended, [&step](json_writer& json) {
                    write_attempt(json, "intento_terminado", step, step.row.status);
                    if (step.row.kind)
                      json.member("resultado", to_text(*step.row.kind));
                    if (!step.row.error.empty())
                      json.member("error_mensaje", step.row.error);
                  }});
}

entry note_entry(const history_row& note) {
  return {note.at, [&note](json_writer& json) {
            json.member("evento", note.kind);
            if (!note.step.empty())
              json.member("paso", note.step);
            json.member_or_null("por", note.by);
            json.member_or_null("razon", note.reason);
          }};
}

} // namespace

void write_steps(payload_writer& json, const std::vector<step_view>& steps) {
  json.begin_array();
  for (const step_view& step : steps)
    write_step(json, step);
  json.end_array();
}

std::vector<std::string> history_entries(const saga_header& saga,
                                         const std::vector<step_view>& steps,
                                         const std::vector<history_row>& notes) {
  std::vector<entry> entries;
  entries.push_back(saga_entry(saga.started, "saga_iniciada", saga_status::started, {}));
  // Within a millisecond: what people decided comes before the attempts that follow from it, what
  // the engine noted comes behind the attempts that it follows from.
  for (const history_row& note : notes)
    if (!note.by.empty())
      entries.push_back(note_entry(note));
  for (const step_view& step : steps)
    add_attempt(entries, step);
  for (const history_row& note : notes)
    if (note.by.empty())
      entries.push_back(note_entry(note));
  if (saga.ended)
    entries.push_back(saga_entry(*saga.ended, "saga_terminada", saga.status, saga.error));
  std::stable_sort(entries.begin(), entries.end(),
                   [](const entry& a, const entry& b) { return a.at < b.at; });
  std::vector<std::string> told;
  for (const entry& one : entries) {
    json_writer json{told.emplace_back()};
    json.begin_object();
    json.member("timestamp", one.at);
    json.member("saga_id", saga.id);
    one.write(json);
    json.end_object();
  }
  return told;
}

} // namespace sagas::http
