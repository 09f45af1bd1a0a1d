#include "http/codec_saga.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace sagas::http {
namespace {

double seconds(milliseconds span) { return static_cast<double>(span.count()) / 1000.0; }

// One step as a whole, from the newest rows of its two operations.
struct step_summary {
  std::string_view name;
  std::string_view service;
  const step_view* action = nullptr;
  const step_view* compensation = nullptr;
};

void note(std::vector<step_summary>& found, const step_view& step) {
  auto at = std::find_if(found.begin(), found.end(),
                         [&](const step_summary& one) { return one.name == step.name; });
  if (at == found.end())
    at = found.insert(at, {step.name, step.service});
  const step_view*& newest = step.row.op == operation::action ? at->action : at->compensation;
  if (!newest || newest->row.order < step.row.order)
    newest = &step;
}

step_status status_of(const step_summary& step) {
  if (step.compensation)
    return step.compensation->row.status;
  return step.action ? step.action->row.status : step_status::pending;
}

void write_origin(json_writer& json, const saga_origin& what) {
  json.begin_object();
  json.member("saga_id", what.saga);
  json.member("relacion", to_text(what.relation));
  json.member_or_null("paso", what.step);
  json.end_object();
}

void write_members(payload_writer& json, const saga_view& what) {
  const saga_header& saga = what.header;
  json.member("saga_id", saga.id);
  json.member("tipo", saga.type);
  json.member("version", saga.version);
  json.member("estado", to_text(saga.status));
  json.member("finalizada", is_terminal(saga.status));
  json.member("timestamp_inicio", saga.started);
  json.member("timestamp_fin", saga.ended);
  json.key("duracion_total_segundos");
  saga.ended ? json.value(seconds(*saga.ended - saga.started)) : json.null();
  json.member_or_null("campania_id", saga.campaign_id);
  json.member_or_null("usuario_id", saga.user_id);
  json.key("metadatos");
  saga.metadata.empty() ? json.json("{}") : json.value(saga.metadata);
  json.member_or_null("error_mensaje", saga.error);
  json.key("origen");
  saga.origin ? write_origin(json, *saga.origin) : json.null();
  json.key("progreso");
  write_progress(json, what);
}

} // namespace

std::string saga_path(const saga_id& id) {
  return std::string{api_prefix} + "/sagas/" + to_text(id);
}

void write_saga(payload_writer& json, const saga_view& what) {
  json.begin_object();
  write_members(json, what);
  json.end_object();
}

void write_saga_with_steps(payload_writer& json, const saga_view& what,
                           const std::vector<step_view>& steps, const definition* plan,
                           const saga_links& links) {
  std::vector<step_summary> found;
  if (plan)
    for (const step_definition& step : plan->steps)
      found.push_back({step.name, step.service});
  for (const step_view& step : steps)
    note(found, step);

  json.begin_object();
  write_members(json, what);
  json.key("deshecha_por");
  links.undone_by ? json.value(to_text(*links.undone_by)) : json.null();
  json.key("pasos");
  json.begin_array();
  for (const step_summary& step : found) {
    json.begin_object();
    json.member("nombre", step.name);
    json.member("microservicio", step.service);
    json.member("estado", to_text(status_of(step)));
    json.member("intentos", step.action ? step.action->row.attempt : 0);
    json.member("compensaciones", step.compensation ? step.compensation->row.attempt : 0);
    json.key("hija");
    const auto child = links.children.find(step.name);
    child == links.children.end() ? json.null() : json.value(to_text(child->second));
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_progress(json_writer& json, const saga_view& what) {
  const double total = what.header.steps_total;
  double share = total > 0 ? what.steps_completed / total : 0.0;
  if (what.header.status == saga_status::completed) // optional steps may be missing
    share = 1.0;
  json.begin_object();
  json.member("pasos_totales", what.header.steps_total);
  json.member("pasos_completados", what.steps_completed);
  json.member("porcentaje", std::round(share * 1000.0) / 10.0);
  json.end_object();
}

std::string status_body(const saga_id& id, saga_status status) {
  std::string body;
  json_writer json{body};
  json.begin_object();
  json.member("saga_id", id);
  json.member("estado", to_text(status));
  json.member("finalizada", is_terminal(status));
  json.end_object();
  return body;
}

void write_started(json_writer& json, const saga_id& id, saga_status status,
                   std::string_view campaign_id) {
  const std::string path = saga_path(id);
  json.begin_object();
  json.member("saga_id", id);
  json.member_or_null("campania_id", campaign_id);
  json.member("estado", to_text(status));
  json.key("urls_seguimiento");
  json.begin_object();
  json.member("estado", path + "/estado");
  json.member("progreso", path + "/progreso");
  json.member("cancelar", path + "/cancelar");
  json.end_object();
  json.end_object();
}

} // namespace sagas::http
