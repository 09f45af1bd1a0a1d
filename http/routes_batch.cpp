// Starting many sagas with one request: each item by itself, so that one that is wrong or refused
// leaves the others alone. The results come in the order of the items.
#include <atomic>
#include <utility>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/api_start.hpp"
#include "http/codec_saga.hpp"

namespace sagas::http {
namespace {

constexpr milliseconds durable_within{60'000};
constexpr const char* ndjson_type = "application/x-ndjson";

// One item as it came: JSON, or what is wrong with it.
struct batch_item {
  body_result body;
};

// What became of one item: started, or a problem.
struct batch_outcome {
  std::optional<started> begun;
  std::string campaign_id;
  problem fault = {};
};

// A whole batch on its way. Each callback writes its own outcome; whoever is last answers.
struct batch {
  batch(std::weak_ptr<api> a, exchange_ptr exchange, bool by_line, std::size_t size)
    : owner(std::move(a)), x(std::move(exchange)), lines(by_line), outcomes(size),
      missing(size + 1) {}

  std::weak_ptr<api> owner;
  exchange_ptr x;
  bool lines = false;                 // as ndjson, as the request was
  std::shared_ptr<start_place> place; // until all are durable
  std::vector<batch_outcome> outcomes;
  std::atomic<std::size_t> missing; // one more than outcomes: the reader of the items counts too
};
using batch_ptr = std::shared_ptr<batch>;

bool is_ndjson(const request& req) { return media_type_of(req) == ndjson_type; }

std::vector<batch_item> split_lines(std::string_view body, const api_limits& limits) {
  std::vector<batch_item> items;
  while (!body.empty() && items.size() <= limits.batch_items_max) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    std::string_view line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (line.find_first_not_of(" \t\r") != std::string_view::npos)
      items.push_back({read_body(line, limits.body_max)});
  }
  return items;
}

std::vector<batch_item> split_array(json_value& array) {
  std::vector<batch_item> items;
  for (json_value& one : array)
    items.push_back({{.value = std::move(one)}});
  return items;
}

void write_outcome(json_writer& json, const batch_outcome& what, std::size_t index) {
  json.begin_object();
  json.member("indice", index);
  if (what.begun) {
    json.member("estado_http", 202);
    json.key("saga");
    write_started(json, what.begun->id, what.begun->status, what.campaign_id);
    json.member("repetida", !what.begun->fresh);
  } else {
    const response told = to_response(what.fault);
    json.member("estado_http", told.status);
    json.key("problema");
    json.json(told.body);
  }
  json.end_object();
}

response batch_answer(const batch& done) {
  response answer;
  if (done.lines) {
    answer.content_type = ndjson_type;
    for (std::size_t i = 0; i < done.outcomes.size(); ++i) {
      json_writer line{answer.body};
      write_outcome(line, done.outcomes[i], i);
      answer.body += '\n';
    }
    return answer;
  }
  json_writer json{answer.body};
  json.begin_array();
  for (std::size_t i = 0; i < done.outcomes.size(); ++i)
    write_outcome(json, done.outcomes[i], i);
  json.end_array();
  return answer;
}

// A replayed item's campaign is that of the stored saga. Reads the store.
void correct_replayed(api& self, batch& done) {
  for (batch_outcome& one : done.outcomes) {
    if (!one.begun || one.begun->fresh)
      continue;
    const auto saga = self.context.reads.saga(one.begun->id);
    if (!saga || !*saga)
      continue;
    one.campaign_id = (*saga)->header.campaign_id;
    one.begun->status = (*saga)->header.status;
  }
}

void settle_one(const batch_ptr& all) {
  if (all->missing.fetch_sub(1) != 1)
    return;
  all->place.reset();
  const auto self = all->owner.lock();
  api* const raw = self.get();
  const bool posted = self && self->tasks.post([all, raw] {
    correct_replayed(*raw, *all);
    all->x->respond(batch_answer(*all));
  });
  if (!posted)
    all->x->respond(batch_answer(*all));
}

// The item's own key, taken out of it; what is left is an envelope like any other.
std::optional<std::string> take_key(json_value& item, fault_list& faults) {
  if (!item.is_object())
    return std::nullopt;
  const auto at = item.find("clave_idempotencia");
  if (at == item.end())
    return std::nullopt;
  const json_value key = *at;
  item.erase("clave_idempotencia");
  if (key.is_string() && is_idempotency_key(key.get_ref<const std::string&>()))
    return key.get<std::string>();
  if (!key.is_null())
    faults.add("/clave_idempotencia", "must be a text of 1 to 200 visible ASCII characters");
  return std::nullopt;
}

void start_item(api& self, const batch_ptr& all, std::size_t index, batch_item& item) {
  batch_outcome& outcome = all->outcomes[index];
  if (!item.body.value) {
    outcome.fault = item.body.fault;
    return settle_one(all);
  }
  fault_list faults;
  const auto key = take_key(*item.body.value, faults);
  auto order = read_start(terms_of(self), *item.body.value);
  if (!order)
    faults.add("", order.error());
  if (!faults.empty()) {
    outcome.fault = problem_for(faults.as_failure("the start"));
    return settle_one(all);
  }
  if (key)
    order->once = idempotency{*key, fingerprint(start_route, *item.body.value)};
  outcome.campaign_id = order->campaign_id;
  self.context.engine.start(std::move(*order),
                            [all, &outcome, keyed = key.has_value()](const result<started>& begun) {
                              begun ? void(outcome.begun = *begun)
                                    : void(outcome.fault = start_problem(begun.error(), keyed));
                              settle_one(all);
                            });
}

response too_many(const api_limits& limits) {
  return to_response({.type = problem_type::body_too_large,
                      .detail = "a batch holds at most " + std::to_string(limits.batch_items_max)
                                + " items: split it"});
}

response not_a_batch(const char* why) {
  return refuse({errc::invalid_input, "the batch", {{"", why}}});
}

void start_many(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  const request& req = x->req();
  const api_limits& limits = self->context.limits;
  const bool lines = is_ndjson(req);
  std::vector<batch_item> items;
  if (lines) {
    items = split_lines(req.body, limits);
  } else {
    body_result body = read_body(req.body, limits.batch_body_max);
    if (!body.value)
      return void(x->respond(to_response(body.fault)));
    if (!body.value->is_array())
      return void(x->respond(not_a_batch("must be an array of starts")));
    if (body.value->size() > limits.batch_items_max)
      return void(x->respond(too_many(limits)));
    items = split_array(*body.value);
  }
  if (items.size() > limits.batch_items_max)
    return void(x->respond(too_many(limits)));
  if (items.empty())
    return void(x->respond(not_a_batch("must hold at least one start")));

  auto place = take_place(*self, x, items.size());
  if (!place)
    return;
  const auto all = std::make_shared<batch>(self, x, lines, items.size());
  all->place = std::move(place);
  x->respond_within(durable_within, [] {
    return to_response({.type = problem_type::unknown_outcome,
                        .detail = "not every start is durable yet: repeat the batch with the same "
                                  "clave_idempotencia in each item"});
  });
  for (std::size_t i = 0; i < items.size(); ++i)
    start_item(*self, all, i, items[i]);
  settle_one(all);
}

} // namespace

void add_batch_endpoints(std::vector<endpoint>& to) {
  to.push_back(
    {.method = "POST",
     .path = "/api/v1/sagas/lote",
     .id = "iniciarLote",
     .needs = scope::start,
     .tag = "Inicio",
     .summary = "Starts many sagas: one result for each, in order. Each has its own "
                "fate; an item's clave_idempotencia works like the header "
                "Idempotency-Key of a single start.",
     .bodies = {{.schema = "IniciarSagaEnLote", .many = true},
                {.schema = "IniciarSagaEnLote", .content_type = ndjson_type}},
     .answers = {{.description = "The results.", .schema = "ResultadoDeLote", .many = true},
                 {200, "The same, one a line.", "ResultadoDeLote", ndjson_type}},
     .problems = write_problems(),
     .handle = start_many});
}

} // namespace sagas::http
