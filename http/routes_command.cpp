// Steering a saga: cancel, pause, resume, and an operator's decisions about a parked step. Each is
// answered when its transition is durable, or, with ?simular, by what it would lead to.
#include <utility>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/api_order.hpp"
#include "http/api_saga.hpp"
#include "http/codec_attention.hpp"
#include "http/codec_saga.hpp"
#include "http/routes_command.hpp"
#include "saga/command.hpp"

namespace sagas::http {
namespace {

constexpr milliseconds durable_within{30'000};
constexpr std::size_t step_name_max = 255;
constexpr std::size_t signal_name_max = 100;

response accepted(const saga_id& id, saga_status now) {
  response answer{.status = 202};
  answer.body = status_body(id, now);
  answer.headers.emplace_back("Location", saga_path(id));
  return answer;
}

response too_late() {
  return to_response({.type = problem_type::unknown_outcome,
                      .detail = "the command is not durable yet and may still become so: read the "
                                "saga's state before repeating it"});
}

// What the command would do to the saga as it stands.
response look_ahead(api& self, const saga_id& id, const saga_command& command) {
  const auto live = find_live(self, id);
  if (!live)
    return refuse(live.error());
  const auto asked = event_of(*live->plan, command, self.context.clock());
  if (!asked)
    return refuse(asked.error());
  const auto shown = preview_of(live->plan, live->state, *asked);
  return shown ? response{.body = preview_body(*live->plan, *shown, self.context.hides)}
               : refuse(shown.error());
}

// Nothing says the same as {}.
body_result optional_body(const api& self, const request& req) {
  return req.body.empty() ? body_result{.value = json_value::object()}
                          : read_body(req.body, self.context.limits.body_max);
}

void steer(const std::shared_ptr<api>& self, const exchange_ptr& x, saga_command command) {
  const request& req = x->req();
  const auto id = saga_in_path(req);
  if (!id)
    return void(x->respond(refuse(id.error())));
  const body_result body = optional_body(*self, req);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  fault_list faults;
  const bool dry_run = query_reader{req, faults}.flag("simular");
  command.who.by = operator_of(req, faults);
  object_reader members{*body.value, "", faults};
  read_order(members, command);
  members.done();
  if (command.what == saga_command::kind::decide) {
    const auto step = name_in_path(req, 1, "nombre", step_name_max);
    step ? void(command.step = *step) : faults.add("", step.error());
  }
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the command"))));
  if (dry_run)
    return void(x->respond(look_ahead(*self, *id, command)));
  perform(self, x, *id, std::move(command));
}

endpoint command_endpoint(const char* name, const char* id, const char* summary,
                          saga_command::kind kind) {
  return {.method = "POST",
          .path = std::string{"/api/v1/sagas/{saga_id}/"} + name,
          .id = id,
          .needs = scope::operate,
          .tag = "Mando",
          .summary = summary,
          .parameters = {operator_parameter(), dry_run_parameter()},
          .bodies = {{"Orden", false}},
          .answers = {{202, "Done, durably: the state it led to.", "Estado"},
                      {200, "With simular: what it would lead to.", "Simulacro"}},
          .problems = write_problems({problem_type::not_found, problem_type::conflict}),
          .handle = [kind](const std::shared_ptr<api>& self, const exchange_ptr& x) {
            saga_command command;
            command.what = kind;
            steer(self, x, std::move(command));
          }};
}

// The body is what the signal says, any JSON object.
void send_signal(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  const request& req = x->req();
  const auto id = saga_in_path(req);
  if (!id)
    return void(x->respond(refuse(id.error())));
  const auto name = name_in_path(req, 1, "nombre", signal_name_max);
  if (!name)
    return void(x->respond(refuse(name.error())));
  const body_result body = optional_body(*self, req);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  fault_list faults;
  saga_command command{.what = saga_command::kind::signal,
                       .step = *name,
                       .output = document{body.value->dump()},
                       .who = {operator_of(req, faults), {}}};
  if (!body.value->is_object())
    faults.add("", "must be an object");
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the signal"))));
  perform(self, x, *id, std::move(command));
}

endpoint signal_endpoint() {
  return {.method = "POST",
          .path = "/api/v1/sagas/{saga_id}/senales/{nombre}",
          .id = "enviarSenal",
          .needs = scope::start,
          .tag = "Mando",
          .summary = "Tells a saga what one of its steps waits for, early or in time. The body is "
                     "the step's output. The same signal may be sent again; with another content "
                     "it is refused (409).",
          .parameters = {operator_parameter()},
          .bodies = {{"Senal", false}},
          .answers = {{202, "Stored, durably: the state it led to.", "Estado"}},
          .problems = write_problems({problem_type::not_found, problem_type::conflict}),
          .handle = send_signal};
}

endpoint decision_endpoint(decision what, const char* id, const char* summary) {
  endpoint made = command_endpoint((std::string{"pasos/{nombre}/"} + to_text(what)).c_str(), id,
                                   summary, saga_command::kind::decide);
  made.bodies = {{what == decision::complete ? "OrdenCompletar"
                  : what == decision::retry  ? "OrdenReintentar"
                                             : "Decision"}};
  made.handle = [what](const std::shared_ptr<api>& self, const exchange_ptr& x) {
    saga_command command;
    command.what = saga_command::kind::decide;
    command.decided = what;
    steer(self, x, std::move(command));
  };
  return made;
}

} // namespace

void perform(const std::shared_ptr<api>& self, const exchange_ptr& x, const saga_id& id,
             saga_command command) {
  x->respond_within(durable_within, too_late);
  self->context.engine.command(id, std::move(command), [x, id](const result<saga_status>& now) {
    x->respond(now ? accepted(id, *now) : refuse(now.error()));
  });
}

void add_command_endpoints(std::vector<endpoint>& to) {
  using enum saga_command::kind;
  to.push_back(
    command_endpoint("cancelar", "cancelarSaga", "Cancels: what was done is compensated.", cancel));
  to.push_back(command_endpoint("pausar", "pausarSaga",
                                "Pauses: nothing new is sent until it is resumed.", pause));
  to.push_back(command_endpoint("reanudar", "reanudarSaga", "Resumes a paused saga.", resume));
  to.push_back(decision_endpoint(decision::retry, "reintentarPaso",
                                 "Tries a step that the saga is parked at again, at once, with a "
                                 "new round of attempts, and with an edited input if there is "
                                 "one."));
  to.push_back(decision_endpoint(decision::skip, "omitirPaso",
                                 "Goes on without a step that the saga is parked at."));
  to.push_back(decision_endpoint(decision::complete, "completarPaso",
                                 "Counts a step that the saga is parked at as done: it was done by "
                                 "hand, with this output."));
  to.push_back(
    decision_endpoint(decision::fail, "fallarPaso", "Gives up a step that the saga is parked at."));
  to.push_back(decision_endpoint(decision::turn, "compensarPaso",
                                 "Turns back a saga that is parked behind its point of no return: "
                                 "what has a compensation is undone, the rest stays, and the saga "
                                 "ends as FALLIDA."));
  to.push_back(signal_endpoint());
}

} // namespace sagas::http
