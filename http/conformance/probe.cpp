#include "http/conformance/probe.hpp"

#include <future>
#include <thread>

#include "saga/json_reader.hpp"
#include "saga/text.hpp"

namespace sagas::http::conformance {
namespace {

constexpr std::size_t shown_max = 300;
constexpr milliseconds busy_pause{200};
constexpr std::size_t exchanges_max = 200;

std::string shortened(std::string_view text) {
  std::string shown{text.substr(0, shown_max)};
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20)
      c = ' ';
  return repair_utf8(shown) + (text.size() > shown_max ? "..." : "");
}

std::string described(const call& what, const web_request& as) {
  return std::string{what.request.op == operation::action ? "accion" : "compensacion"}
         + ", Saga-Intento " + std::to_string(what.request.attempt) + ", Saga-Epoca "
         + std::to_string(what.epoch) + ", Idempotency-Key " + idempotency_key(what) + ", "
         + shortened(as.body);
}

// Calls go whatever came before them, and all that belong together at once.
lane_terms unhindered(const target& what) {
  lane_terms terms = what.to.lane;
  terms.flow.failures = 0;
  terms.flow.rate = 0;
  terms.flow.concurrency = static_cast<std::uint32_t>(what.crowd) + 1;
  return terms;
}

void replace_all(std::string& in, std::string_view place, const std::string& by) {
  for (std::size_t at = in.find(place); at != std::string::npos; at = in.find(place, at)) {
    in.replace(at, place.size(), by);
    at += by.size();
  }
}

} // namespace

struct probe::under_way {
  call what;
  const planned* as = nullptr;
  std::string description;
  std::future<web_answer> answer; // valid until it is taken
  std::optional<milliseconds> again;
};

std::string told(const web_answer& said) {
  if (said.how == web_answer::fate::answered)
    return std::to_string(said.status) + (said.body.empty() ? "" : " " + shortened(said.body));
  return "no answer (" + said.code + (said.reason.empty() ? "" : ": " + said.reason) + ")";
}

probe::probe(const target& what, std::shared_ptr<web_client> by, std::function<timestamp()> clock,
             definition_ptr plan)
  : target_(what), client_(std::move(by)), lane_(web_client::make_lane(unhindered(what))),
    clock_(std::move(clock)), plan_(std::move(plan)), ids_(what.seed) {}

std::vector<ended> probe::send(const std::vector<planned>& calls) {
  const steady_time until = std::chrono::steady_clock::now() + target_.time_limit;
  std::vector<under_way> all;
  all.reserve(calls.size());
  for (const planned& each : calls)
    all.push_back(launch(call_of(each), each, until));
  std::vector<ended> answers(calls.size());
  while (true) {
    std::optional<milliseconds> pause; // the longest that one of them asks for
    for (under_way& each : all)
      if (each.answer.valid()) {
        const std::size_t at = static_cast<std::size_t>(each.as - calls.data());
        answers[at] = take(each);
        each.again = pause_after(answers[at]);
        if (each.again)
          pause = std::max(pause.value_or(*each.again), *each.again);
      }
    if (!pause || std::chrono::steady_clock::now() + *pause >= until)
      return answers;
    std::this_thread::sleep_for(*pause);
    for (under_way& each : all)
      if (std::exchange(each.again, std::nullopt))
        each = launch(each.what, *each.as, until);
  }
}

call probe::call_of(const planned& from) {
  call what;
  what.saga = from.saga;
  what.plan = plan_;
  what.request.op = from.op;
  what.request.input = from.input;
  what.epoch = from.epoch;
  what.deadline = clock_() + target_.time_limit;
  what.request.attempt = ++attempts_[idempotency_key(what)];
  return what;
}

probe::under_way probe::launch(const call& what, const planned& as, steady_time until) {
  web_request request = request_for(target_.to, what, clock_());
  request.deadline = until;
  if (as.alter)
    as.alter(what, request);
  const auto promised = std::make_shared<std::promise<web_answer>>();
  under_way sent{what, &as, described(what, request), promised->get_future(), {}};
  client_->send(lane_, std::move(request),
                [promised](web_answer said) { promised->set_value(std::move(said)); });
  return sent;
}

ended probe::take(under_way& of) {
  ended one;
  one.what = of.what;
  one.said = of.answer.get();
  one.meant = outcome_of(one.what, one.said, clock_());
  if (exchanges_.size() < exchanges_max)
    exchanges_.push_back({of.description, told(one.said)});
  if (one.meant.kind == outcome_kind::still_running)
    asked_again_.push_back(one.said.retry_after);
  return one;
}

// How long to wait before the same call goes again; nothing: it has ended.
std::optional<milliseconds> probe::pause_after(const ended& one) const {
  if (one.meant.kind == outcome_kind::still_running)
    return std::max(one.meant.ask_at.value_or(clock_()) - clock_(), milliseconds{0});
  if (one.said.status == 429 || one.said.status == 503)
    return busy_pause;
  return std::nullopt;
}

web_answer probe::ask(web_request what) {
  what.reads = true;
  what.deadline = std::chrono::steady_clock::now() + target_.time_limit;
  std::promise<web_answer> promised;
  client_->send(lane_, std::move(what),
                [&promised](web_answer said) { promised.set_value(std::move(said)); });
  return promised.get_future().get();
}

bool probe::hears() {
  web_request knock = request_for(target_.to, call_of({.saga = fresh(), .input = {}}), clock_());
  return ask(std::move(knock)).how == web_answer::fate::answered;
}

result<std::int64_t> probe::effects(const saga_id& saga) {
  web_request request{.url = target_.effects_url};
  replace_all(request.url, "{saga_id}", to_text(saga));
  replace_all(request.url, "{paso}", target_.step);
  request.headers = target_.to.headers;
  request.headers.push_back("Accept: application/json");
  const std::string url = request.url;
  const web_answer said = ask(std::move(request));
  exchanges_.push_back({"GET " + url, told(said)});
  const auto body = parse_json(said.body, said.body.size());
  const bool answered = said.how == web_answer::fate::answered && said.status == 200;
  if (!answered || !body || !body->is_object() || !body->contains("efectos")
      || !(*body)["efectos"].is_number_integer())
    return {errc::invalid_input,
            R"(--effects must answer 200 with {"efectos": N}, not )" + told(said)};
  return (*body)["efectos"].get<std::int64_t>();
}

} // namespace sagas::http::conformance
