// Dead letters of subscriptions: listed, sent again, removed.
#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/routes_subscription.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t listed = 100;
constexpr std::size_t body_max = 1'000;

parameter after_parameter() {
  return {"despues_de", R"({"type":"string","maxLength":40})",
          "The `siguiente` of the answer before: goes on behind it."};
}

std::string letters_page(const std::vector<kept_document>& found, bool more) {
  std::string body;
  json_writer json{body};
  json.begin_object();
  json.key("cartas");
  json.begin_array();
  for (const kept_document& each : found)
    json.json(shown_letter(each));
  json.end_array();
  const auto last = more ? position_in(found.back().name) : std::nullopt;
  json.member("siguiente", last ? std::optional{to_text(*last)} : std::nullopt);
  json.end_object();
  return body;
}

response list_letters(api& self, const request& req) {
  const auto name = subscription_of(req);
  if (!name)
    return refuse(name.error());
  fault_list faults;
  const std::size_t limit = query_reader{req, faults}.limit("limite", listed);
  kept_query page = rows_of(letter_kind, *name);
  page.limit = limit + 1;
  if (const auto after = req.query.find("despues_de"); after != req.query.end()) {
    const auto at = parse_feed_position(after->second);
    if (at)
      page.after = letter_name(*name, *at);
    else
      faults.add("?despues_de", "must be a position such as 12-3");
  }
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  const auto known = self.context.reads.kept_one(subscription_kind, *name);
  if (known && !*known)
    return refuse({errc::not_found, "there is no subscription " + *name});
  auto found = self.context.reads.kept(page);
  if (!known || !found)
    return refuse(known ? found.error() : known.error());
  const bool more = found->size() > limit;
  if (more)
    found->pop_back();
  return {.body = letters_page(*found, more)};
}

// Which one the body names; nothing: all.
std::optional<feed_position> read_which(const json_value& body, fault_list& faults) {
  object_reader reader{body, "", faults};
  const auto text = reader.text("posicion", 40);
  reader.done();
  const auto at = text ? parse_feed_position(*text) : std::nullopt;
  if (text && !at)
    reader.fault("posicion", "must be the place of an event, such as 12-3");
  return at;
}

void resend_letters(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  if (!has_subscriptions(*self, x))
    return;
  const auto name = subscription_of(x->req());
  if (!name)
    return void(x->respond(refuse(name.error())));
  const body_result body = read_body(x->req().body.empty() ? "{}" : x->req().body, body_max);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  fault_list faults;
  const auto which = read_which(*body.value, faults);
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the order"))));
  x->respond_within(durable_within, unsure);
  self->context.subscriptions->resend(*name, which, [x](const result<std::size_t>& count) {
    if (!count)
      return void(x->respond(refuse(count.error())));
    x->respond({.status = 202, .body = R"({"cartas":)" + std::to_string(*count) + "}"});
  });
}

void drop_letter(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  if (!has_subscriptions(*self, x))
    return;
  const auto name = subscription_of(x->req());
  if (!name)
    return void(x->respond(refuse(name.error())));
  const auto at = parse_feed_position(x->req().captures.at(1));
  if (!at)
    return void(x->respond(refuse({errc::not_found, "that is no place of an event: 12-3 is"})));
  x->respond_within(durable_within, unsure);
  self->context.subscriptions->forget(*name, *at, [x](const status& gone) {
    x->respond(gone ? response{.status = 204} : refuse(gone.error()));
  });
}

} // namespace

void add_letter_endpoints(std::vector<endpoint>& to) {
  to.push_back({.method = "GET",
                .path = "/api/v1/suscripciones/{nombre}/cartas",
                .id = "cartas",
                .needs = scope::read,
                .tag = "Webhooks",
                .summary = "The dead letters of a subscription, oldest first: events that were "
                           "given up, and gaps, whose `evento` is null.",
                .parameters = {limit_parameter(listed), after_parameter()},
                .answers = {{200, "The dead letters.", "PaginaDeCartas"}},
                .problems = read_problems({problem_type::not_found}),
                .handle = reading(list_letters)});
  to.push_back({.method = "POST",
                .path = "/api/v1/suscripciones/{nombre}/cartas/reenviar",
                .id = "reenviarCartas",
                .needs = scope::admin,
                .tag = "Webhooks",
                .summary = "Sends dead letters again, one or all, whatever happens to the server "
                           "meanwhile. Each is gone once it is delivered, and stays when it fails "
                           "as it did.",
                .bodies = {{"Reenvio", false}},
                .answers = {{202, "It is durable that they go.", "Reenviadas"}},
                .problems = write_problems(
                  {problem_type::not_found, problem_type::invalid_json, problem_type::conflict}),
                .handle = resend_letters});
  to.push_back({.method = "DELETE",
                .path = "/api/v1/suscripciones/{nombre}/cartas/{posicion}",
                .id = "quitarCarta",
                .needs = scope::admin,
                .tag = "Webhooks",
                .summary = "Removes a dead letter for good.",
                .answers = {{204, "It is gone.", ""}},
                .problems = write_problems({problem_type::not_found, problem_type::conflict}),
                .handle = drop_letter});
}

} // namespace sagas::http
