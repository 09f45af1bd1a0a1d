// Participants: who serves which microservicio, and registering web services that do.
#include <algorithm>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_definition.hpp"
#include "http/participant_desk.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t service_max = 100;
constexpr std::size_t document_max = 64 << 10;
constexpr milliseconds durable_within{30'000};

response list_participants(api& self, const request&) {
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.key("participantes");
  json.begin_array();
  for (const participant_info& one : self.context.engine.participants())
    write_participant(json, one);
  json.end_array();
  json.end_object();
  return answer;
}

result<std::string> service_of(const request& req) {
  return name_in_path(req, 0, "microservicio", service_max);
}

response show_participant(api& self, const request& req) {
  const auto service = service_of(req);
  if (!service)
    return refuse(service.error());
  const auto kept = self.context.reads.kept_one(registered_kind, *service);
  if (!kept)
    return refuse(kept.error());
  const std::vector<participant_info> all = self.context.engine.participants();
  const auto found = std::find_if(
    all.begin(), all.end(), [&](const participant_info& each) { return each.service == *service; });
  if (found == all.end())
    return refuse({errc::not_found, "nobody serves " + *service
                                      + "; GET /api/v1/participantes lists who serves what"});
  response answer;
  json_writer json{answer.body};
  write_participant(json, *found, *kept ? (*kept)->content.text() : "null");
  return answer;
}

response unknown_yet() {
  return to_response({.type = problem_type::unknown_outcome,
                      .detail = "it is not durable yet: repeat it, which does no harm"});
}

// Told, and false, where nothing can be registered.
bool has_desk(const api& self, const exchange_ptr& x) {
  if (!self.context.desk)
    x->respond(refuse({errc::not_found, "this service takes its participants from its program "
                                        "alone"}));
  return self.context.desk != nullptr;
}

void put_participant(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  if (!has_desk(*self, x))
    return;
  const auto service = service_of(x->req());
  if (!service)
    return void(x->respond(refuse(service.error())));
  const body_result body = read_body(x->req().body, document_max);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  if (const status fine = self->context.desk->check(*service, *body.value); !fine)
    return void(x->respond(refuse(fine.error())));
  x->respond_within(durable_within, unknown_yet);
  kept_change change{
    kept_change::kind::put,
    {registered_kind, *service, document{body.value->dump()}, 0, self->context.clock()}};
  self->context.engine.keep(
    {std::move(change)}, [self, x, service = *service, document = *body.value](const status& kept) {
      if (!kept)
        return void(x->respond(refuse(kept.error())));
      self->context.desk->serve(service, document);
      x->respond({.body = R"({"microservicio":")" + service + R"(","clase":"http"})"});
    });
}

void drop_participant(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  if (!has_desk(*self, x))
    return;
  const auto service = service_of(x->req());
  if (!service)
    return void(x->respond(refuse(service.error())));
  const auto kept = self->context.reads.kept_one(registered_kind, *service);
  if (!kept)
    return void(x->respond(refuse(kept.error())));
  if (!*kept)
    return void(x->respond(
      refuse({errc::not_found, *service
                                 + " was not registered here: what a file or the built-in "
                                   "participants serve is not removed by this"})));
  x->respond_within(durable_within, unknown_yet);
  kept_change change{kept_change::kind::erase, {registered_kind, *service, {}, 0, {}}};
  self->context.engine.keep({std::move(change)}, [self, x, service = *service](const status& gone) {
    if (!gone)
      return void(x->respond(refuse(gone.error())));
    self->context.desk->drop(service);
    x->respond({.status = 204});
  });
}

endpoint show_endpoint() {
  return {.method = "GET",
          .path = "/api/v1/participantes/{microservicio}",
          .id = "verParticipante",
          .needs = scope::read,
          .tag = "Servicio",
          .summary = "Who serves a microservicio, how it fares, and how it is called when it was "
                     "registered here. Secrets are shown as the references that they are.",
          .answers = {{200, "The participant.", "Participante"}},
          .problems = read_problems({problem_type::not_found}),
          .handle = reading(show_participant)};
}

endpoint put_endpoint() {
  return {.method = "PUT",
          .path = "/api/v1/participantes/{microservicio}",
          .id = "ponerParticipante",
          .needs = scope::admin,
          .tag = "Servicio",
          .summary = "Registers the web service that serves a microservicio from now on, durably. "
                     "It goes before what the file of participants and the built-in ones serve. "
                     "Calls under way end as they were begun.",
          .bodies = {{"ServicioWeb"}},
          .answers = {{200, "It is called from now on.", "ParticipantePuesto"}},
          .problems = write_problems({problem_type::not_found}),
          .handle = put_participant};
}

endpoint drop_endpoint() {
  return {.method = "DELETE",
          .path = "/api/v1/participantes/{microservicio}",
          .id = "quitarParticipante",
          .needs = scope::admin,
          .tag = "Servicio",
          .summary = "Takes back what was registered: the file of participants or the built-in "
                     "ones serve it again, or nobody.",
          .answers = {{204, "It is no longer registered.", ""}},
          .problems = write_problems({problem_type::not_found}),
          .handle = drop_participant};
}

} // namespace

void add_participant_endpoints(std::vector<endpoint>& to) {
  to.push_back({.method = "GET",
                .path = "/api/v1/participantes",
                .id = "participantes",
                .needs = scope::read,
                .tag = "Servicio",
                .summary = "Who serves which microservicio, and how it fares.",
                .answers = {{200, "The participants.", "Participantes"}},
                .problems = {problem_type::internal},
                .handle = reading(list_participants)});
  to.push_back(show_endpoint());
  to.push_back(put_endpoint());
  to.push_back(drop_endpoint());
}

} // namespace sagas::http
