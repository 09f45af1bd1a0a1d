// Starting one saga. The caller's thread is given back at once: the answer follows when the start
// is durable, or, with ?esperar=, when the saga has ended.
#include <mutex>
#include <utility>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/api_start.hpp"
#include "http/codec_saga.hpp"
#include "http/routes_saga.hpp"

namespace sagas::http {
namespace {

constexpr milliseconds durable_within{30'000};
constexpr milliseconds wait_min{1};

// How far a start has come. Apart from the exchange, whose late answer holds it: they must not hold
// each other.
class start_progress {
public:
  explicit start_progress(std::string campaign_id) : campaign_id_(std::move(campaign_id)) {}

  void begin(const started& begun) {
    const std::lock_guard lock{guard_};
    begun_ = begun;
  }
  std::optional<started> begun() const {
    const std::lock_guard lock{guard_};
    return begun_;
  }
  const std::string& campaign_id() const { return campaign_id_; }

private:
  const std::string campaign_id_;
  mutable std::mutex guard_; // the late answer runs on another thread than the callbacks
  std::optional<started> begun_;
};

// One start on its way, shared by the callbacks that may answer it.
struct pending_start {
  std::weak_ptr<api> owner;
  exchange_ptr x;
  std::shared_ptr<start_progress> progress;
  std::shared_ptr<start_place> place; // until it is durable
  bool keyed = false;
  bool waits = false; // for the end, not for the start
};
using pending_ptr = std::shared_ptr<pending_start>;

response started_answer(const started& begun, const std::string& campaign_id) {
  response answer;
  answer.status = 202;
  json_writer json{answer.body};
  write_started(json, begun.id, begun.status, campaign_id);
  answer.headers.emplace_back("Location", saga_path(begun.id));
  if (!begun.fresh)
    answer.headers.emplace_back("Idempotency-Replayed", "true");
  return answer;
}

response ended_answer(api& self, const saga_id& id) {
  response answer = saga_answer(self, id);
  answer.headers.emplace_back("Location", saga_path(id));
  return answer;
}

// What is said when the time to wait is over.
response late_answer(const start_progress& start) {
  if (const auto begun = start.begun())
    return started_answer(*begun, start.campaign_id());
  return to_response({.type = problem_type::unknown_outcome,
                      .detail = "the start is not durable yet and may still become so: repeat it "
                                "with its Idempotency-Key"});
}

// Runs `work`, which reads the store, on the thread for it; without room there, answers `instead`.
template <class Work>
void read_later(const pending_ptr& start, const started& begun, Work work) {
  const auto self = start->owner.lock();
  api* const raw = self.get(); // a task must not own its own thread
  if (!self || !self->tasks.post([=] { work(*raw); }))
    start->x->respond(started_answer(begun, start->progress->campaign_id()));
}

// An earlier start with this key answers; its campaign may be another one than was made up now.
void on_replayed(const pending_ptr& start, const started& begun) {
  read_later(start, begun, [=](api& self) {
    const auto found = self.context.reads.saga(begun.id);
    if (!found)
      return void(start->x->respond(refuse(found.error())));
    if (!*found)
      return void(start->x->respond(refuse(no_such_saga(begun.id))));
    const saga_header& saga = (*found)->header;
    if (start->waits && is_terminal(saga.status))
      start->x->respond(ended_answer(self, begun.id));
    else if (!start->waits)
      start->x->respond(started_answer({begun.id, saga.status, false}, saga.campaign_id));
  });
}

void on_started(const pending_ptr& start, const result<started>& outcome) {
  start->place.reset();
  if (!outcome)
    return void(start->x->respond(to_response(start_problem(outcome.error(), start->keyed))));
  start->progress->begin(*outcome);
  if (!outcome->fresh)
    on_replayed(start, *outcome);
  else if (!start->waits)
    start->x->respond(started_answer(*outcome, start->progress->campaign_id()));
}

void on_ended(const pending_ptr& start) {
  if (const auto begun = start->progress->begun())
    read_later(start, *begun, [=](api& self) { start->x->respond(ended_answer(self, begun->id)); });
}

using order_reader = result<start_request> (*)(const start_terms&, const json_value&);

void start_one(const std::shared_ptr<api>& self, const exchange_ptr& x, order_reader read,
               const char* route) {
  auto place = take_place(*self, x, 1);
  if (!place)
    return;
  body_result body = read_body(x->req().body, self->context.limits.body_max);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  fault_list faults;
  query_reader query{x->req(), faults};
  const auto wait = query.duration("esperar", wait_min, self->context.limits.wait_max);
  auto key = idempotency_key_of(x->req(), faults);
  auto order = read(terms_of(*self), *body.value);
  if (!order)
    faults.add("", order.error());
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the start"))));
  if (key)
    order->once = idempotency{std::move(*key), fingerprint(route, *body.value)};

  const auto start = std::make_shared<pending_start>();
  start->owner = self;
  start->x = x;
  start->place = std::move(place);
  start->progress = std::make_shared<start_progress>(order->campaign_id);
  start->keyed = order->once.has_value();
  start->waits = wait.has_value();
  x->respond_within(wait.value_or(durable_within),
                    [progress = start->progress] { return late_answer(*progress); });
  orchestrator::ended_callback ended;
  if (wait)
    ended = [start](saga_status) { on_ended(start); };
  self->context.engine.start(
    std::move(*order), [start](const result<started>& outcome) { on_started(start, outcome); },
    std::move(ended));
}

template <order_reader Read>
handling starting(const char* route) {
  return [route](const std::shared_ptr<api>& self, const exchange_ptr& x) {
    start_one(self, x, Read, route);
  };
}

std::vector<answer> start_answers() {
  return {{202, "Started, durably.", "Inicio"},
          {200, "With `esperar`: the saga, which has ended.", "SagaConPasos"}};
}

} // namespace

void add_start_endpoints(std::vector<endpoint>& to) {
  to.push_back({.method = "POST",
                .path = "/api/v1/comandos/lanzar-campania-completa",
                .id = "lanzarCampaniaCompleta",
                .needs = scope::start,
                .tag = "Inicio",
                .summary = "Starts the launch of a campaign over its four services.",
                .parameters = {wait_parameter(), key_parameter()},
                .bodies = {{"LanzarCampania"}},
                .answers = start_answers(),
                .problems = write_problems({problem_type::key_reused}),
                .handle = starting<read_campaign_start>(campaign_route)});
  to.push_back({.method = "POST",
                .path = "/api/v1/sagas",
                .id = "iniciarSaga",
                .needs = scope::start,
                .tag = "Inicio",
                .summary = "Starts a saga of any registered definition.",
                .parameters = {wait_parameter(), key_parameter()},
                .bodies = {{"IniciarSaga"}},
                .answers = start_answers(),
                .problems = write_problems({problem_type::key_reused}),
                .handle = starting<read_start>(start_route)});
}

} // namespace sagas::http
