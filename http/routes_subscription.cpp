// Webhooks: subscriptions to the events of sagas.
#include <algorithm>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_subscription.hpp"
#include "http/routes_subscription.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"

namespace sagas::http {

bool has_subscriptions(const api& self, const exchange_ptr& x) {
  if (!self.context.subscriptions)
    x->respond(refuse({errc::not_found, "this service delivers no events"}));
  return self.context.subscriptions != nullptr;
}

result<std::string> subscription_of(const request& req) {
  return name_in_path(req, 0, "nombre", subscription_name_max);
}

response unsure() {
  return to_response({.type = problem_type::unknown_outcome,
                      .detail = "it is not durable yet: repeat it, which does no harm"});
}

namespace {

constexpr std::size_t document_max = 64 << 10;
constexpr std::size_t listed_max = 1'000; // more than there may be

std::vector<subscription_state> states_of(const api& self) {
  return self.context.subscriptions ? self.context.subscriptions->states()
                                    : std::vector<subscription_state>{};
}

const subscription_state* state_of(const std::vector<subscription_state>& all,
                                   const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

response list_subscriptions(api& self, const request&) {
  const auto found = self.context.reads.kept({subscription_kind, {}, {}, listed_max});
  if (!found)
    return refuse(found.error());
  const auto states = states_of(self);
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.key("suscripciones");
  json.begin_array();
  for (const kept_document& each : *found)
    write_subscription(json, each, state_of(states, each.name));
  json.end_array();
  json.end_object();
  return answer;
}

response show_subscription(api& self, const request& req) {
  const auto name = subscription_of(req);
  if (!name)
    return refuse(name.error());
  const auto found = self.context.reads.kept_one(subscription_kind, *name);
  if (!found)
    return refuse(found.error());
  if (!*found)
    return refuse({errc::not_found,
                   "there is no subscription " + *name + "; GET /api/v1/suscripciones lists them"});
  const auto states = states_of(self);
  response answer;
  json_writer json{answer.body};
  write_subscription(json, **found, state_of(states, *name));
  return answer;
}

// The position counts when it is new: from now on.
void put_subscription(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  if (!has_subscriptions(*self, x))
    return;
  const auto name = subscription_of(x->req());
  if (!name)
    return void(x->respond(refuse(name.error())));
  const body_result body = read_body(x->req().body, document_max);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  if (const status fine = self->context.subscriptions->check(*name, *body.value); !fine)
    return void(x->respond(refuse(fine.error())));
  const auto newest = self->context.reads.last_event();
  if (!newest)
    return void(x->respond(refuse(newest.error())));
  x->respond_within(durable_within, unsure);
  kept_change change{kept_change::kind::put,
                     {subscription_kind, *name, document{body.value->dump()},
                      packed(behind_batch(*newest)), self->context.clock()}};
  self->context.engine.keep({std::move(change)}, [self, x, name = *name](const status& kept) {
    if (!kept)
      return void(x->respond(refuse(kept.error())));
    self->context.subscriptions->serve(name);
    x->respond({.body = R"({"nombre":")" + name + R"("})"});
  });
}

void drop_subscription(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  if (!has_subscriptions(*self, x))
    return;
  const auto name = subscription_of(x->req());
  if (!name)
    return void(x->respond(refuse(name.error())));
  x->respond_within(durable_within, unsure);
  self->context.subscriptions->remove(*name, [x](const status& gone) {
    x->respond(gone ? response{.status = 204} : refuse(gone.error()));
  });
}

endpoint put_endpoint() {
  return {.method = "PUT",
          .path = "/api/v1/suscripciones/{nombre}",
          .id = "ponerSuscripcion",
          .needs = scope::admin,
          .tag = "Webhooks",
          .summary = "Subscribes a web service to the events of sagas, as CloudEvents, or changes "
                     "how. A new one begins now; one that is changed goes on where it stands.",
          .bodies = {{"Suscripcion"}},
          .answers = {{200, "It is durable, and delivered to from now on.", "SuscripcionPuesta"}},
          .problems = write_problems(
            {problem_type::not_found, problem_type::invalid_json, problem_type::conflict}),
          .handle = put_subscription};
}

endpoint drop_endpoint() {
  return {.method = "DELETE",
          .path = "/api/v1/suscripciones/{nombre}",
          .id = "quitarSuscripcion",
          .needs = scope::admin,
          .tag = "Webhooks",
          .summary = "Ends a subscription, and removes its dead letters.",
          .answers = {{204, "It is gone.", ""}},
          .problems = write_problems({problem_type::not_found, problem_type::conflict}),
          .handle = drop_subscription};
}

} // namespace

void add_subscription_endpoints(std::vector<endpoint>& to) {
  to.push_back({.method = "GET",
                .path = "/api/v1/suscripciones",
                .id = "suscripciones",
                .needs = scope::read,
                .tag = "Webhooks",
                .summary = "Who is told of the events of sagas, and how that fares.",
                .answers = {{200, "The subscriptions, by name.", "Suscripciones"}},
                .problems = read_problems(),
                .handle = reading(list_subscriptions)});
  to.push_back({.method = "GET",
                .path = "/api/v1/suscripciones/{nombre}",
                .id = "verSuscripcion",
                .needs = scope::read,
                .tag = "Webhooks",
                .summary = "One subscription. Secrets are shown as the references that they are.",
                .answers = {{200, "The subscription.", "SuscripcionVista"}},
                .problems = read_problems({problem_type::not_found}),
                .handle = reading(show_subscription)});
  to.push_back(put_endpoint());
  to.push_back(drop_endpoint());
}

} // namespace sagas::http
