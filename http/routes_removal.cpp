// Removing sagas that ended long ago: for sagas db archive, which has their rows safe elsewhere.
#include <utility>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/json_writer.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t sagas_max = 500;
constexpr milliseconds durable_within{60'000};

response removed(std::size_t count) {
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.member("retiradas", count);
  json.end_object();
  return answer;
}

response too_late() {
  return to_response(
    {.type = problem_type::unknown_outcome,
     .detail = "the removal is not durable yet and may still become so: repeat it"});
}

std::vector<saga_id> read_ids(const json_value& body, fault_list& faults) {
  std::vector<saga_id> ids;
  object_reader reader{body, "", faults};
  const json_value* list = reader.array("saga_ids", sagas_max);
  if (!list && faults.empty())
    reader.fault("saga_ids", "is required: the sagas to remove");
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const json_value& one = (*list)[i];
    const auto id = one.is_string() ? parse_saga_id(one.get_ref<const std::string&>())
                                    : std::nullopt;
    id ? void(ids.push_back(*id))
       : faults.add(pointer_to("/saga_ids", i), "must be the id of a saga");
  }
  reader.done();
  return ids;
}

void remove_some(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  const body_result body = read_body(x->req().body, self->context.limits.body_max);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  fault_list faults;
  std::vector<saga_id> ids = read_ids(*body.value, faults);
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the removal"))));
  x->respond_within(durable_within, too_late);
  self->context.engine.remove(std::move(ids), self->context.clock(),
                              [x](const result<std::size_t>& done) {
                                x->respond(done ? removed(*done) : refuse(done.error()));
                              });
}

} // namespace

void add_removal_endpoints(std::vector<endpoint>& to) {
  to.push_back(
    {.method = "POST",
     .path = "/api/v1/sagas/retirar",
     .id = "retirarSagas",
     .needs = scope::operate,
     .tag = "Mando",
     .summary = "Removes sagas for good, with all their rows and idempotency keys: those "
                "of the list that ended a day ago or longer. The others are left, so it "
                "may be repeated. `sagas db archive` keeps their rows in a file first.",
     .bodies = {{"Retiro"}},
     .answers = {{200, "How many were removed, durably.", "Retiradas"}},
     .problems = write_problems(),
     .handle = remove_some});
}

} // namespace sagas::http
