// Makes routes of the table, and checks of every request what the table says.
#include "http/api.hpp"

#include <algorithm>

#include "http/api_endpoint.hpp"
#include "http/api_input.hpp"
#include "http/openapi.hpp"

namespace sagas::http {
namespace {

// Names what the query holds beyond what the table knows, or twice.
void check_query(const endpoint& what, const request& req, fault_list& faults) {
  for (auto at = req.query.begin(); at != req.query.end(); at = req.query.upper_bound(at->first)) {
    const auto known = std::any_of(
      what.parameters.begin(), what.parameters.end(), [&](const parameter& one) {
        return one.in == parameter::place::query && one.name == at->first;
      });
    const std::string name = at->first.substr(0, 100);
    if (!known)
      faults.add("?" + name, "is not known here; see /docs");
    else if (req.query.count(at->first) > 1)
      faults.add("?" + name, "may be given once");
  }
}

// Whether a body, if there is one, is of a type that the table knows. A missing type counts as a
// wrong one: a page of another site could send it without asking.
bool takes_body_of(const endpoint& what, const request& req) {
  if (what.bodies.empty() || req.body.empty())
    return true;
  const std::string type = media_type_of(req);
  return std::any_of(what.bodies.begin(), what.bodies.end(),
                     [&](const body_format& one) { return one.content_type == type; });
}

// False when the caller may not, and has been told so.
bool admit(const api& self, const endpoint& what, const exchange_ptr& x) {
  if (!self.context.keys)
    return true;
  caller_check asks = check_caller(x->req(), what.needs, *self.context.keys());
  if (asks.refused) {
    x->respond(std::move(*asks.refused));
    return false;
  }
  x->identify(std::move(asks.who));
  return true;
}

void dispatch(const std::shared_ptr<api>& self, std::size_t index, const exchange_ptr& x) {
  const endpoint& what = self->endpoints[index];
  if (!admit(*self, what, x))
    return;
  if (!takes_body_of(what, x->req()))
    return void(x->respond(to_response({.type = problem_type::unsupported_media_type})));
  fault_list faults;
  check_query(what, x->req(), faults);
  if (faults.empty())
    what.handle(self, x);
  else
    x->respond(refuse(faults.as_failure("the query")));
}

} // namespace

std::shared_ptr<start_place> take_place(api& self, const exchange_ptr& x, std::size_t count) {
  const caller& who = x->req().who;
  if (auto refused = self.shares->take(who, count, self.context.clock())) {
    x->respond(to_response({.type = problem_type::too_many_requests,
                            .detail = std::move(refused->detail),
                            .retry_after_s = refused->retry_after_s}));
    return nullptr;
  }
  return std::make_shared<start_place>(self.shares, who, count);
}

handling reading(response (*answer_with)(api&, const request&)) {
  return [answer_with](const std::shared_ptr<api>& self, const exchange_ptr& x) {
    x->respond(answer_with(*self, x->req()));
  };
}

std::vector<std::string> path_names(const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t open = path.find('{'); open != std::string::npos;
       open = path.find('{', open + 1))
    names.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
  return names;
}

std::vector<endpoint> make_endpoints() {
  std::vector<endpoint> all;
  add_start_endpoints(all);
  add_batch_endpoints(all);
  add_list_endpoints(all); // before those of one saga: "activas" is no saga_id
  add_saga_endpoints(all);
  add_live_endpoints(all);
  add_command_endpoints(all);
  add_attention_endpoints(all);
  add_bulk_endpoints(all);
  add_undo_endpoints(all);
  add_report_endpoints(all);
  add_removal_endpoints(all);
  add_reseal_endpoints(all);
  add_campaign_endpoints(all);
  add_definition_endpoints(all);
  add_participant_endpoints(all);
  add_subscription_endpoints(all);
  add_letter_endpoints(all);
  add_schedule_endpoints(all);
  add_service_endpoints(all);
  return all;
}

std::vector<route> make_routes(api_context context) {
  if (!context.attention)
    context.attention = std::make_shared<attention_census>(context.reads, context.clock);
  const auto shared = std::make_shared<api>(std::move(context));
  shared->endpoints = make_endpoints();
  shared->openapi = openapi_document(shared->endpoints, shared->context);
  std::vector<route> routes;
  for (std::size_t i = 0; i < shared->endpoints.size(); ++i)
    routes.push_back({shared->endpoints[i].method, shared->endpoints[i].path,
                      [shared, i](const exchange_ptr& x) { dispatch(shared, i, x); }});
  return routes;
}

} // namespace sagas::http
