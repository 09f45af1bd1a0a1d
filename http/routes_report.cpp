// Participants that report what came of a call later, by themselves (docs/participants.md).
#include <utility>

#include "http/api_input.hpp"
#include "http/api_order.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_saga.hpp"
#include "http/participant/callback.hpp"
#include "http/routes_command.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t step_name_max = 255;

operation operation_of(const request& req, fault_list& faults) {
  const auto given = req.query.find("operacion");
  if (given == req.query.end() || given->second == "accion")
    return operation::action;
  if (given->second != "compensacion")
    faults.add("?operacion", "must be accion or compensacion");
  return operation::compensation;
}

void report(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  const request& req = x->req();
  const auto id = saga_in_path(req);
  if (!id)
    return void(x->respond(refuse(id.error())));
  const auto step = name_in_path(req, 1, "nombre", step_name_max);
  if (!step)
    return void(x->respond(refuse(step.error())));
  fault_list faults;
  saga_command command;
  command.what = saga_command::kind::report;
  command.step = *step;
  command.op = operation_of(req, faults);
  const std::string* token = req.header("saga-token");
  const std::string& key = self->context.callback_key;
  if (key.empty() || !token || !is_callback_token(*token, key, *id, *step, command.op))
    return void(x->respond(
      to_response({.type = problem_type::forbidden,
                   .detail = "Saga-Token is not the one that came with the call of this step"})));
  const body_result body = read_body(req.body, self->context.limits.body_max);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  command.said = read_report(*body.value, faults);
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the result"))));
  perform(self, x, *id, std::move(command));
}

} // namespace

void add_report_endpoints(std::vector<endpoint>& to) {
  to.push_back({.method = "POST",
                .path = "/api/v1/sagas/{saga_id}/pasos/{nombre}/resultado",
                .id = "informarResultado",
                .needs = scope::open, // the token says who it is
                .tag = "Participantes",
                .summary = "A participant that answered 425 tells what came of the call. The same "
                           "result may be told again; 409 when it is not awaited any more.",
                .parameters = {{.name = "operacion",
                                .schema = R"({"enum": ["accion", "compensacion"]})",
                                .description = "Which operation of the step; accion without it."},
                               {.name = "Saga-Token",
                                .schema = R"({"type": "string"})",
                                .description = "As it came with the call.",
                                .in = parameter::place::header}},
                .bodies = {{"Resultado"}},
                .answers = {{202, "Stored, durably: the state it led to.", "Estado"}},
                .problems = write_problems(
                  {problem_type::forbidden, problem_type::not_found, problem_type::conflict}),
                .handle = report});
}

} // namespace sagas::http
