// Schedules: sagas that start at times of a cron expression.
#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_schedule.hpp"
#include "http/schedule_desk.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t document_max = 64 << 10;
constexpr std::size_t listed = 100;
constexpr std::size_t previewed = 10;
constexpr milliseconds durable_within{30'000};

result<std::string> schedule_in_path(const request& req) {
  return name_in_path(req, 0, "nombre", schedule_name_max);
}

// Told, and false, where nothing is scheduled.
bool has_schedules(const api& self, const exchange_ptr& x) {
  if (!self.context.schedules)
    x->respond(refuse({errc::not_found, "this service has no schedules"}));
  return self.context.schedules != nullptr;
}

result<kept_document> find_schedule(const api& self, const request& req) {
  const auto name = schedule_in_path(req);
  if (!name)
    return name.error();
  const auto found = self.context.reads.kept_one(schedule_kind, *name);
  if (!found)
    return found.error();
  if (!*found)
    return failure{errc::not_found,
                   "there is no schedule " + *name + "; GET /api/v1/programas lists them"};
  return **found;
}

void write_with_state(const api& self, json_writer& json, const kept_document& what) {
  const auto state = self.context.schedules ? self.context.schedules->state_of(what.name)
                                            : std::nullopt;
  write_schedule(json, what, state ? &*state : nullptr, self.context.hides);
}

response list_schedules(api& self, const request& req) {
  fault_list faults;
  query_reader query{req, faults};
  const std::size_t limit = query.limit("limite", listed);
  const std::string after = query.name("despues_de", schedule_name_max);
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  auto found = self.context.reads.kept({schedule_kind, after, {}, limit + 1});
  if (!found)
    return refuse(found.error());
  const bool more = found->size() > limit;
  if (more)
    found->pop_back();
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.key("programas");
  json.begin_array();
  for (const kept_document& each : *found)
    write_with_state(self, json, each);
  json.end_array();
  json.member("siguiente", more ? std::optional{found->back().name} : std::nullopt);
  json.end_object();
  return answer;
}

response show_schedule(api& self, const request& req) {
  const auto found = find_schedule(self, req);
  if (!found)
    return refuse(found.error());
  response answer;
  json_writer json{answer.body};
  write_with_state(self, json, *found);
  return answer;
}

response preview_schedule(api& self, const request& req) {
  fault_list faults;
  const std::size_t count = query_reader{req, faults}.limit("n", previewed);
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  const auto found = find_schedule(self, req);
  if (!found)
    return refuse(found.error());
  const auto kept = read_kept_schedule(found->content);
  if (!kept || !self.context.schedules)
    return refuse(kept ? failure{errc::not_found, "this service has no schedules"} : kept.error());
  const auto runs = self.context.schedules->preview(kept->document, count);
  if (!runs)
    return refuse(runs.error());
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.key("siguientes");
  json.begin_array();
  for (const timestamp run : *runs)
    json.value(run);
  json.end_array();
  json.end_object();
  return answer;
}

// Stores a change, lets the desk look, and answers.
void keep(const std::shared_ptr<api>& self, const exchange_ptr& x, kept_change change,
          const response& then) {
  x->respond_within(durable_within, [] {
    return to_response({.type = problem_type::unknown_outcome,
                        .detail = "it is not durable yet: repeat it, which does no harm"});
  });
  const std::string name = change.of.name;
  self->context.engine.keep({std::move(change)}, [self, x, name, then](const status& kept) {
    if (!kept)
      return void(x->respond(refuse(kept.error())));
    self->context.schedules->serve(name);
    x->respond(then);
  });
}

// What the desk found ready; a new row begins behind the instant from which it counts.
void keep(const std::shared_ptr<api>& self, const exchange_ptr& x, const std::string& name,
          const kept_schedule& ready) {
  const auto position = static_cast<std::uint64_t>(ready.from.time_since_epoch().count());
  keep(self, x,
       {kept_change::kind::put,
        {schedule_kind, name, to_document(ready), position, self->context.clock()}},
       {.body = R"({"nombre":")" + name + R"("})"});
}

void put_schedule(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  if (!has_schedules(*self, x))
    return;
  const auto name = schedule_in_path(x->req());
  if (!name)
    return void(x->respond(refuse(name.error())));
  const body_result body = read_body(x->req().body, document_max);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  const auto known = self->context.reads.kept_one(schedule_kind, *name);
  if (!known)
    return void(x->respond(refuse(known.error())));
  const auto ready = self->context.schedules->prepare(*name, *body.value, *known);
  if (!ready)
    return void(x->respond(refuse(ready.error())));
  keep(self, x, *name, *ready);
}

// Not by the caller's reading and putting it: what an answer hides would be lost.
void set_paused(const std::shared_ptr<api>& self, const exchange_ptr& x, bool paused) {
  if (!has_schedules(*self, x))
    return;
  const auto found = find_schedule(*self, x->req());
  auto kept = found ? read_kept_schedule(found->content) : result<kept_schedule>{found.error()};
  if (!kept)
    return void(x->respond(refuse(kept.error())));
  kept->document["pausado"] = paused;
  if (paused) // also one that could not be set up now
    return keep(self, x, found->name, *kept);
  const auto ready = self->context.schedules->prepare(found->name, kept->document, *found);
  if (!ready)
    return void(x->respond(refuse(ready.error())));
  keep(self, x, found->name, *ready);
}

void drop_schedule(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  if (!has_schedules(*self, x))
    return;
  const auto found = find_schedule(*self, x->req());
  if (!found)
    return void(x->respond(refuse(found.error())));
  keep(self, x, {kept_change::kind::erase, {schedule_kind, found->name, {}, 0, {}}},
       {.status = 204});
}

parameter after_parameter() {
  return {"despues_de", R"({"type":"string","maxLength":100})",
          "The `siguiente` of the answer before: goes on behind it."};
}

parameter count_parameter() {
  return {"n", R"({"type":"integer","minimum":1,"maximum":1000,"default":10})", "How many."};
}

endpoint list_endpoint() {
  return {.method = "GET",
          .path = "/api/v1/programas",
          .id = "programas",
          .needs = scope::read,
          .tag = "Programas",
          .summary = "The schedules by name, and how they fare.",
          .parameters = {limit_parameter(listed), after_parameter()},
          .answers = {{200, "A page of schedules.", "PaginaDeProgramas"}},
          .problems = read_problems(),
          .handle = reading(list_schedules)};
}

endpoint show_endpoint() {
  return {.method = "GET",
          .path = "/api/v1/programas/{nombre}",
          .id = "verPrograma",
          .needs = scope::read,
          .tag = "Programas",
          .summary = "One schedule, as it was set up and as it fares.",
          .answers = {{200, "The schedule.", "ProgramaVisto"}},
          .problems = read_problems({problem_type::not_found}),
          .handle = reading(show_schedule)};
}

endpoint preview_endpoint() {
  return {.method = "GET",
          .path = "/api/v1/programas/{nombre}/siguientes",
          .id = "siguientesDePrograma",
          .needs = scope::read,
          .tag = "Programas",
          .summary = "When a schedule runs next, also of one that is paused.",
          .parameters = {count_parameter()},
          .answers = {{200, "The instants.", "Siguientes"}},
          .problems = read_problems({problem_type::not_found}),
          .handle = reading(preview_schedule)};
}

endpoint put_endpoint() {
  return {.method = "PUT",
          .path = "/api/v1/programas/{nombre}",
          .id = "ponerPrograma",
          .needs = scope::admin,
          .tag = "Programas",
          .summary = "Starts a saga at times of a cron expression from now on, or changes how. A "
                     "new one, one with other times and one that is resumed count from now; any "
                     "other goes on where it stands.",
          .bodies = {{"Programa"}},
          .answers = {{200, "It is durable, and counts.", "ProgramaPuesto"}},
          .problems = write_problems(
            {problem_type::not_found, problem_type::invalid_json, problem_type::conflict}),
          .handle = put_schedule};
}

endpoint pause_endpoint(const char* verb, const char* id, const char* summary, bool paused) {
  return {.method = "POST",
          .path = std::string{"/api/v1/programas/{nombre}/"} + verb,
          .id = id,
          .needs = scope::admin,
          .tag = "Programas",
          .summary = summary,
          .answers = {{200, "It is durable.", "ProgramaPuesto"}},
          .problems = write_problems({problem_type::not_found}),
          .handle = [paused](const std::shared_ptr<api>& self, const exchange_ptr& x) {
            set_paused(self, x, paused);
          }};
}

endpoint drop_endpoint() {
  return {.method = "DELETE",
          .path = "/api/v1/programas/{nombre}",
          .id = "quitarPrograma",
          .needs = scope::admin,
          .tag = "Programas",
          .summary = "Ends a schedule. The sagas that it has started go on.",
          .answers = {{204, "It is gone.", ""}},
          .problems = write_problems({problem_type::not_found}),
          .handle = drop_schedule};
}

} // namespace

void add_schedule_endpoints(std::vector<endpoint>& to) {
  to.push_back(list_endpoint());
  to.push_back(show_endpoint());
  to.push_back(preview_endpoint());
  to.push_back(put_endpoint());
  to.push_back(pause_endpoint("pausar", "pausarPrograma",
                              "Pauses a schedule. What would have run meanwhile is not made up.",
                              true));
  to.push_back(pause_endpoint("reanudar", "reanudarPrograma",
                              "Resumes a schedule that is paused: it counts from now.", false));
  to.push_back(drop_endpoint());
}

} // namespace sagas::http
