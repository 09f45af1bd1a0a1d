#include "http/participant/web_participant.hpp"

#include <algorithm>
#include <array>

#include "http/participant/retry_after.hpp"
#include "http/signing.hpp"
#include "saga/json_reader.hpp"
#include "saga/json_text.hpp"
#include "saga/text.hpp"

namespace sagas::http {
namespace {

using std::chrono::seconds;

constexpr std::size_t reason_max = 1'000;
constexpr std::size_t pages_max = 100'000;
constexpr milliseconds ask_again_after{1'000}; // when it does not say
constexpr milliseconds ask_again_max{24 * 3'600'000};

void replace_all(std::string& in, std::string_view place, const std::string& by) {
  for (std::size_t at = in.find(place); at != std::string::npos; at = in.find(place, at)) {
    in.replace(at, place.size(), by);
    at += by.size();
  }
}

const char* name_of(operation op) { return op == operation::action ? "accion" : "compensacion"; }

std::string url_for(const std::string& pattern, const call& what) {
  std::string url = pattern;
  replace_all(url, "{microservicio}", percent_encoded(what.step().service));
  replace_all(url, "{paso}", percent_encoded(what.step().name));
  replace_all(url, "{operacion}", name_of(what.request.op));
  replace_all(url, "{saga_id}", to_text(what.saga));
  return url;
}

// W3C Trace Context: a saga is one trace, each attempt a span of it.
std::string trace_parent(const call& what) {
  const auto& id = what.saga.bytes;
  std::array<std::uint8_t, 8> span{};
  std::copy(id.begin() + 8, id.end(), span.begin());
  const std::uint64_t mix = (std::uint64_t{what.request.step} << 33
                             | std::uint64_t{what.request.attempt} << 1
                             | (what.request.op == operation::action ? 0U : 1U))
                            * 0x9E3779B97F4A7C15ULL;
  for (std::size_t i = 0; i < span.size(); ++i)
    span[i] = static_cast<std::uint8_t>(span[i] ^ (mix >> (8 * i) & 0xFF));
  return "00-" + hex(id.data(), id.size()) + "-" + hex(span.data(), span.size()) + "-01";
}

timestamp ask_again_at(const std::string& header, timestamp now) {
  const milliseconds wait = read_retry_after(header, now).value_or(ask_again_after);
  return now + std::clamp(wait, ask_again_after / 10, ask_again_max);
}

// The first of these members that is a text.
std::string text_in(const json_value& body, std::initializer_list<const char*> names) {
  if (body.is_object())
    for (const char* name : names)
      if (const auto found = body.find(name); found != body.end() && found->is_string())
        return found->get<std::string>().substr(0, reason_max);
  return {};
}

outcome failed(outcome_kind kind, const std::string& code, const std::string& reason) {
  return {kind, {}, repair_utf8(code), repair_utf8(reason), {}};
}

outcome done(const web_answer& said) {
  if (said.body.find_first_not_of(" \t\r\n") == std::string::npos)
    return {outcome_kind::done, document{"{}"}, {}, {}, {}};
  const auto output = check_json(said.body);
  if (!output) // it has had its effect, but nobody knows which
    return failed(outcome_kind::unknown, "respuesta_no_es_json",
                  "respondió " + std::to_string(said.status) + " con algo que no es JSON");
  return {outcome_kind::done, document{std::string{*output}}, {}, {}, {}};
}

} // namespace

std::string signature(const std::string& secret, timestamp now, const std::string& key,
                      std::string_view body) {
  const std::string at = std::to_string(
    std::chrono::floor<seconds>(now).time_since_epoch().count());
  std::string text = at + "." + key + ".";
  text += body;
  return "t=" + at + ",v1=" + hmac_sha256_hex(secret, text);
}

web_request request_for(const web_participant_settings& to, const call& what, timestamp now) {
  const std::string key = idempotency_key(what);
  web_request made;
  made.url = url_for(to.url, what);
  made.body = what.request.input.empty() ? "{}" : std::string{what.request.input.text()};
  made.headers = {"Content-Type: application/json",
                  "Accept: application/json",
                  "Expect:", // the body goes along at once
                  "User-Agent: sagas",
                  "Idempotency-Key: " + key,
                  "Saga-Id: " + to_text(what.saga),
                  "Saga-Paso: " + what.step().name,
                  std::string{"Saga-Operacion: "} + name_of(what.request.op),
                  "Saga-Intento: " + std::to_string(what.request.attempt),
                  "Saga-Plazo: " + to_iso(what.deadline),
                  "Saga-Epoca: " + std::to_string(what.epoch),
                  "traceparent: " + trace_parent(what)};
  made.headers.insert(made.headers.end(), to.headers.begin(), to.headers.end());
  if (!to.callback.url.empty()) {
    made.headers.push_back(
      "Saga-Respuesta: "
      + callback_url(to.callback.url, what.sender, what.step().name, what.request.op));
    made.headers.push_back(
      "Saga-Token: "
      + callback_token(to.callback.key, what.sender, what.step().name, what.request.op));
  }
  if (!to.signing_secret.empty())
    made.headers.push_back("Saga-Firma: " + signature(to.signing_secret, now, key, made.body));
  return made;
}

outcome outcome_of(const call& what, const web_answer& said, timestamp now) {
  if (said.how == web_answer::fate::unknown)
    return failed(outcome_kind::unknown, said.code, said.reason);
  if (said.how == web_answer::fate::not_sent) // but if it was sent before, nobody knows
    return failed(what.repeated ? outcome_kind::unknown : outcome_kind::technical_failure,
                  said.code, said.reason);
  if (said.status >= 200 && said.status < 300)
    return done(said);
  const auto body = parse_json(said.body, said.body.size());
  const json_value& words = body ? *body : json_value{};
  const std::string reason = text_in(words, {"motivo", "detail", "title", "error", "message"});
  if (said.status == 409)
    return failed(outcome_kind::business_failure, text_in(words, {"codigo", "code"}),
                  reason.empty() ? "el participante lo rechazó (409)" : reason);
  if (said.status == 425) {
    outcome running = failed(outcome_kind::still_running, "en_curso", reason);
    running.ask_at = ask_again_at(said.retry_after, now);
    return running;
  }
  const std::string status = std::to_string(said.status);
  return failed(outcome_kind::unknown, "http_" + status,
                "respondió " + status + (reason.empty() ? "" : ": " + reason));
}

web_participant::web_participant(web_participant_settings settings, std::shared_ptr<web_client> by,
                                 std::function<timestamp()> clock)
  : settings_(std::move(settings)), client_(std::move(by)),
    lane_(web_client::make_lane(settings_.lane)), pages_(std::make_shared<status_pages>(pages_max)),
    clock_(std::move(clock)) {}

void web_participant::invoke(const call& what, answer reply) {
  const timestamp now = clock_();
  web_request request = request_for(settings_, what, now);
  const std::string called = request.url;
  if (const auto page = pages_->of(idempotency_key(what))) {
    request.url = *page;
    request.reads = true;
  }
  request.deadline = std::chrono::steady_clock::now()
                     + std::max(what.deadline - now, milliseconds{0});
  client_->send(lane_, std::move(request),
                [what, called, reply = std::move(reply), clock = clock_,
                 pages = pages_](const web_answer& said) {
                  const outcome means = outcome_of(what, said, clock());
                  if (means.kind == outcome_kind::still_running)
                    pages->note(idempotency_key(what), called, said.location);
                  else // also when the page is gone: it is called again, and knows
                    pages->forget(idempotency_key(what));
                  reply(means);
                });
}

} // namespace sagas::http
