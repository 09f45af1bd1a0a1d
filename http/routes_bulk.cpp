// One decision about many parked sagas: a job that goes on when its caller has gone.
#include <charconv>

#include "http/api_input.hpp"
#include "http/api_order.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_attention.hpp"
#include "http/codec_saga.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t lines_limit = 100;
constexpr milliseconds age_max = std::chrono::hours{24 * 3650};
constexpr const char* job_base = "/api/v1/atencion/decisiones/";

attention_filter read_filter(const json_value& what, timestamp now, fault_list& faults) {
  object_reader reader{what, "/filtro", faults};
  attention_filter filter;
  filter.type = reader.name("tipo").value_or("");
  filter.service = reader.name("microservicio").value_or("");
  filter.step = reader.name("paso", 255).value_or("");
  filter.cause = reader.name("causa").value_or("");
  if (const auto age = reader.duration("mas_de", milliseconds{0}, age_max))
    filter.parked_before = now - *age;
  reader.done();
  return filter;
}

bulk_order read_bulk(api& self, const json_value& body, fault_list& faults) {
  object_reader reader{body, "", faults};
  bulk_order order;
  if (const json_value* filter = reader.object("filtro"))
    order.filter = read_filter(*filter, self.context.clock(), faults);
  else if (!faults.has("/filtro"))
    reader.fault("filtro", "is needed; {} is all that is parked");
  const auto decided = parse_decision(reader.text("decision", 100).value_or(""));
  if (!decided)
    reader.fault("decision", "must be reintentar, omitir, completar, fallar or compensar");
  order.command.what = saga_command::kind::decide;
  order.command.decided = decided.value_or(decision::retry);
  read_order(reader, order.command);
  order.dry_run = reader.flag("simular").value_or(false);
  order.limit = static_cast<std::size_t>(
    reader.integer("limite", 1, static_cast<std::int64_t>(bulk_sagas_max)).value_or(1'000));
  order.per_second = static_cast<int>(reader.integer("por_segundo", 1, bulk_rate_max).value_or(50));
  reader.done();
  return order;
}

response taken(const saga_id& job) {
  response answer{.status = 202};
  const std::string path = job_base + to_text(job);
  json_writer json{answer.body};
  json.begin_object();
  json.member("trabajo_id", job);
  json.member("url", path);
  json.end_object();
  answer.headers.emplace_back("Location", path);
  return answer;
}

response decide_many(api& self, const request& req) {
  const body_result body = read_body(req.body, self.context.limits.body_max);
  if (!body.value)
    return to_response(body.fault);
  fault_list faults;
  bulk_order order = read_bulk(self, *body.value, faults);
  order.command.who.by = operator_of(req, faults);
  if (const auto key = idempotency_key_of(req, faults))
    order.once = idempotency{*key, fingerprint(req.path, *body.value)};
  if (!faults.empty())
    return refuse(faults.as_failure("the order"));
  const bool keyed = order.once.has_value();
  const auto job = self.jobs.add(std::move(order));
  if (job)
    return taken(*job);
  if (keyed && job.error().code == errc::invalid_input)
    return to_response({.type = problem_type::key_reused, .detail = job.error().message});
  return refuse(job.error());
}

result<saga_id> job_in_path(const request& req) {
  const auto id = parse_saga_id(req.captures.empty() ? "" : req.captures[0]);
  if (!id)
    return {errc::not_found, "there is no such order about many sagas"};
  return *id;
}

failure no_such_job() {
  return {errc::not_found, "there is no such order about many sagas: the newest are kept, until "
                           "the process ends; what is still parked can be decided again"};
}

response show_job(api& self, const request& req) {
  const auto id = job_in_path(req);
  if (!id)
    return refuse(id.error());
  fault_list faults;
  const std::size_t limit = query_reader{req, faults}.limit("limite", lines_limit);
  std::size_t from = 0;
  if (const std::string* text = req.query_value("desde")) {
    const auto* const end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, from);
    if (parsed.ec != std::errc{} || parsed.ptr != end)
      faults.add("?desde", "must be a whole number");
  }
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  const auto found = self.jobs.progress(*id, from, limit);
  return found ? response{.body = progress_body(*found, from)} : refuse(no_such_job());
}

response stop_job(api& self, const request& req) {
  const auto id = job_in_path(req);
  if (!id)
    return refuse(id.error());
  return self.jobs.stop(*id) ? taken(*id) : refuse(no_such_job());
}

} // namespace

void add_bulk_endpoints(std::vector<endpoint>& to) {
  const std::string job = std::string{job_base} + "{trabajo_id}";
  to.push_back({.method = "POST",
                .path = "/api/v1/atencion/decidir",
                .id = "decidirMuchas",
                .needs = scope::operate,
                .tag = "Atención",
                .summary = "One decision about all parked sagas that match, one after the other, "
                           "newest first, at `por_segundo`. It goes on when the caller has gone; "
                           "`url` tells how it stands. With `simular` nothing is changed. A "
                           "restart ends it: what it had not come to is still parked.",
                .parameters = {operator_parameter(), key_parameter()},
                .bodies = {{"DecisionMultiple"}},
                .answers = {{202, "Taken.", "TrabajoAceptado"}},
                .problems = write_problems({problem_type::key_reused}),
                .handle = reading(decide_many)});
  to.push_back({.method = "GET",
                .path = job,
                .id = "verDecisionMultiple",
                .needs = scope::read,
                .tag = "Atención",
                .summary = "How an order about many sagas stands, and its results from `desde` on.",
                .parameters = {{"desde", R"({"type":"integer","minimum":0,"default":0})",
                                "The number of the first result: `siguiente` of the answer "
                                "before."},
                               limit_parameter(lines_limit)},
                .answers = {{200, "How it stands.", "Trabajo"}},
                .problems = read_problems({problem_type::not_found}),
                .handle = reading(show_job)});
  to.push_back({.method = "POST",
                .path = job + "/detener",
                .id = "detenerDecisionMultiple",
                .needs = scope::operate,
                .tag = "Atención",
                .summary = "Ends an order about many sagas behind the saga at hand.",
                .answers = {{202, "It ends.", "TrabajoAceptado"}},
                .problems = write_problems({problem_type::not_found}),
                .handle = reading(stop_job)});
}

} // namespace sagas::http
