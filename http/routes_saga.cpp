// Reading one saga.
#include "http/routes_saga.hpp"

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_saga.hpp"
#include "http/codec_step.hpp"
#include "saga/child.hpp"
#include "saga/undo.hpp"

namespace sagas::http {
namespace {

// The saga that a request is about, or the failure to answer with.
result<saga_view> find_saga(api& self, const saga_id& id) {
  auto found = self.context.reads.saga(id);
  if (!found)
    return found.error();
  if (!*found)
    return no_such_saga(id);
  return **found;
}

// The sagas that it has begun, and the one that undoes it.
result<saga_links> find_links(api& self, const saga_header& saga,
                              const std::vector<step_view>& steps, const definition* plan) {
  saga_links links;
  if (saga.status == saga_status::completed) { // only what ended well can have one
    const auto found = self.context.reads.started_with(undo_key(saga.id));
    if (!found)
      return found.error();
    links.undone_by = *found;
  }
  for (const step_view& step : steps) {
    const auto at = plan ? plan->find_step(step.name) : std::nullopt;
    if (!at || !plan->steps[*at].child || links.children.contains(step.name))
      continue;
    const auto found = self.context.reads.started_with(child_key(subject_of(saga), step.name));
    if (!found)
      return found.error();
    if (*found)
      links.children.emplace(step.name, **found);
  }
  return links;
}

response show_saga(api& self, const request& req) {
  const auto id = saga_in_path(req);
  return id ? saga_answer(self, *id) : refuse(id.error());
}

response show_status(api& self, const request& req) {
  const auto id = saga_in_path(req);
  if (!id)
    return refuse(id.error());
  const auto found = self.context.reads.status_of(*id);
  if (!found)
    return refuse(found.error());
  if (!*found)
    return refuse(no_such_saga(*id));
  return {.body = status_body(*id, **found)};
}

response show_steps(api& self, const request& req) {
  const auto id = saga_in_path(req);
  if (!id)
    return refuse(id.error());
  const auto steps = self.context.reads.steps(*id);
  if (!steps)
    return refuse(steps.error());
  // A saga whose first step is not sent yet has no rows: only then it must be looked for.
  if (steps->empty())
    if (const auto saga = find_saga(self, *id); !saga)
      return refuse(saga.error());
  response answer;
  payload_writer json{answer.body, self.context.hides};
  write_steps(json, *steps);
  return answer;
}

response show_progress(api& self, const request& req) {
  const auto id = saga_in_path(req);
  if (!id)
    return refuse(id.error());
  const auto saga = find_saga(self, *id);
  if (!saga)
    return refuse(saga.error());
  const auto steps = self.context.reads.steps(*id);
  if (!steps)
    return refuse(steps.error());
  response answer;
  payload_writer json{answer.body, self.context.hides};
  json.begin_object();
  json.key("saga");
  write_saga(json, *saga);
  json.key("pasos");
  write_steps(json, *steps);
  json.key("progreso");
  write_progress(json, *saga);
  json.end_object();
  return answer;
}

endpoint read_endpoint(const char* tail, const char* id, const char* summary, answer good,
                       response (*answer_with)(api&, const request&)) {
  return {.method = "GET",
          .path = std::string{"/api/v1/sagas/{saga_id}"} + tail,
          .id = id,
          .needs = scope::read,
          .tag = "Sagas",
          .summary = summary,
          .answers = {std::move(good)},
          .problems = read_problems({problem_type::not_found}),
          .handle = reading(answer_with)};
}

} // namespace

response saga_answer(api& self, const saga_id& id) {
  const auto saga = find_saga(self, id);
  if (!saga)
    return refuse(saga.error());
  const auto steps = self.context.reads.steps(id);
  if (!steps)
    return refuse(steps.error());
  const auto plan = self.context.definitions.find(saga->header.type, saga->header.version);
  const auto links = find_links(self, saga->header, *steps, plan.get());
  if (!links)
    return refuse(links.error());
  response answer;
  payload_writer json{answer.body, self.context.hides};
  write_saga_with_steps(json, *saga, *steps, plan.get(), *links);
  return answer;
}

void add_saga_endpoints(std::vector<endpoint>& to) {
  to.push_back(read_endpoint("", "verSaga", "The saga, with its steps' summary and its progress.",
                             {200, "The saga.", "SagaConPasos"}, show_saga));
  to.push_back(read_endpoint("/estado", "verEstado", "Its state alone; cheap, for polling.",
                             {200, "The state.", "Estado"}, show_status));
  to.push_back(
    read_endpoint("/pasos", "verPasos", "Every attempt and compensation, in order of execution.",
                  {.description = "The attempts.", .schema = "Paso", .many = true}, show_steps));
  to.push_back(read_endpoint("/progreso", "verProgreso", "The saga, its attempts and its progress.",
                             {200, "The three.", "ProgresoDetallado"}, show_progress));
}

} // namespace sagas::http
