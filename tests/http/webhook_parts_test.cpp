// What webhooks are made of: positions, events as text, what an answer means, settings, letters.
#include "http/signing.hpp"
#include "http/webhook/cloud_event.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"
#include "http/webhook/retry.hpp"
#include "http/webhook/settings.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;

namespace {

const timestamp noon = *parse_iso("2026-01-31T12:00:00Z");
const saga_id a_saga = *parse_saga_id("019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e");

feed_event change(const std::string& status, const std::string& step = {}) {
  return {.saga = a_saga, .type = "pago", .at = noon, .status = status, .step = step, .attempt = 2};
}

web_answer answered(int status, const std::string& retry_after = {}) {
  web_answer said;
  said.how = web_answer::fate::answered;
  said.status = status;
  said.retry_after = retry_after;
  return said;
}

std::optional<std::string> secret(std::string_view reference) {
  return reference == "env:SAGAS_SECRET_A" ? std::optional<std::string>{"s3cr3t0"} : std::nullopt;
}

result<subscription> read(const std::string& text) {
  return read_subscription("avisos", *parse_json(text, 10'000),
                           {.secrets = secret, .targets = {"127.0.0.1:9"}});
}

std::vector<std::string> faults_of(const std::string& text) {
  const auto made = read(text);
  REQUIRE_FALSE(made);
  std::vector<std::string> places;
  for (const field_error& each : made.error().fields)
    places.push_back(each.pointer);
  return places;
}

} // namespace

TEST_CASE("positions are numbers in their order, and come back", "[http][webhook]") {
  const std::vector<feed_position> rising{{0, 0},
                                          {0, 1},
                                          {1, 0},
                                          {1, 999'999},
                                          {2, 0},
                                          {7, 3},
                                          {1'000'000'000'000, 5},
                                          {(1ULL << 43) - 1, (1U << 20) - 1}};
  for (std::size_t i = 0; i < rising.size(); ++i) {
    CHECK(unpacked(packed(rising[i])) == rising[i]);
    CHECK(packed(rising[i]) < 1ULL << 63);
    CHECK(sequence_of(rising[i]).size() == 19);
    CHECK(position_in(letter_name("a", rising[i])) == rising[i]);
    if (i > 0) {
      CHECK(packed(rising[i - 1]) < packed(rising[i]));
      CHECK(sequence_of(rising[i - 1]) < sequence_of(rising[i]));
      CHECK(just_before(rising[i]) < rising[i]);
      CHECK(just_before(rising[i]) >= rising[i - 1]);
    }
  }
  for (const char* wrong : {"", "a", "a/", "a/12", "a/000000000000000000x", "0000000000012582915"})
    CHECK_FALSE(position_in(wrong));
}

TEST_CASE("an event is a CloudEvent", "[http][webhook]") {
  CHECK(cloud_event("/sagas/n", {12, 3}, change("COMPLETADA"), {})
        == R"({"specversion":"1.0","id":"12-3","source":"/sagas/n","type":"sagas.saga",)"
           R"("subject":"019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e","time":"2026-01-31T12:00:00.000Z",)"
           R"("sequence":"0000000000012582915","datacontenttype":"application/json",)"
           R"("data":{"saga_id":"019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e","tipo":"pago",)"
           R"("timestamp":"2026-01-31T12:00:00.000Z","estado":"COMPLETADA"}})");
  const std::string step = cloud_event("/sagas/n", {1, 0}, change("FALLIDO", "cobrar"),
                                       redaction{{"paso"}});
  CHECK(step.find(R"("type":"sagas.paso")") != std::string::npos);
  CHECK(step.find(R"("paso":"***","tipo_operacion":"ACCION","intento_numero":2)")
        != std::string::npos);
}

TEST_CASE("an answer is a delivery, a reason to try again, or the end", "[http][webhook]") {
  const delivery_terms terms{.backoff = {.first_delay = milliseconds{100}, .jitter = 0},
                             .attempts = 3,
                             .give_up_after = milliseconds{60'000}};
  const auto judged = [&](const web_answer& said, std::uint32_t attempts = 1, int since_ms = 0) {
    return judge(said, terms, attempts, milliseconds{since_ms}, noon, 0);
  };
  using kind = delivery_verdict::kind;
  for (const int good : {200, 202, 204, 299})
    CHECK(judged(answered(good)).what == kind::delivered);
  for (const int bad : {199, 301, 400, 404, 410, 429, 500, 503}) {
    INFO(bad);
    CHECK(judged(answered(bad)).what == kind::again);
    CHECK(judged(answered(bad)).ill == (bad == 429 || bad >= 500));
    CHECK(judged(answered(bad), 3).what == kind::dead);
    CHECK(judged(answered(bad), 1, 60'000).what == kind::dead);
  }
  CHECK(judged(answered(500), 1).wait.count() == 100);
  CHECK(judged(answered(500), 2).wait.count() == 200);
  CHECK(judged(web_answer{}).ill); // no answer
  CHECK(judged(web_answer{}).what == kind::again);
}

TEST_CASE("Retry-After is honoured by those that mean it, an hour at most", "[http][webhook]") {
  const auto held = [](int status, const std::string& text) {
    const auto means = judge(answered(status, text), {}, 1, milliseconds{0}, noon, 0);
    CHECK(means.wait >= means.hold);
    return means.hold.count();
  };
  CHECK(held(503, "7") == 7'000);
  CHECK(held(429, "Sat, 31 Jan 2026 12:01:00 GMT") == 60'000);
  CHECK(held(503, "Sat, 31 Jan 2026 11:00:00 GMT") == 0);
  CHECK(held(503, "86400") == 3'600'000);
  CHECK(held(503, "soon") == 0);
  CHECK(held(400, "7") == 0);
}

TEST_CASE("a fault says what came back, and no more of it than is needed", "[http][webhook]") {
  web_answer said = answered(418);
  said.body = std::string(10'000, 'x');
  CHECK(fault_of(said).code == "http_418");
  CHECK(fault_of(said).reason.size() < 400);
  web_answer silent;
  silent.code = "sin_respuesta";
  CHECK(fault_of(silent).code == "sin_respuesta");
}

TEST_CASE("a subscription is read with all its terms", "[http][webhook]") {
  const auto whole = read(R"({"url":"https://a.example/e","headers":{"X":"${env:SAGAS_SECRET_A}"},
    "firma":"${env:SAGAS_SECRET_A}","tipos":["pago"],"estados":["COMPLETADA","FALLIDO"],
    "eventos":["saga"],"activa":false,"concurrencia":4,"plazo":"2s","intentos":3,"durante":"5m"})");
  REQUIRE(whole);
  CHECK(whole->headers == std::vector<std::string>{"X: s3cr3t0"});
  CHECK(whole->signing_secret == "s3cr3t0");
  CHECK(whole->lane.special_targets == std::vector<std::string>{"127.0.0.1:9"});
  CHECK(whole->lane.flow.concurrency == 4);
  CHECK_FALSE(whole->active);
  CHECK(whole->timeout == milliseconds{2'000});
  CHECK(whole->terms.attempts == 3);
  CHECK(whole->terms.give_up_after == milliseconds{300'000});
  CHECK(whole->wants(change("COMPLETADA")));
  CHECK_FALSE(whole->wants(change("FALLIDO", "cobrar"))); // of sagas alone
  CHECK_FALSE(whole->wants(change("INICIADA")));
  feed_event other = change("COMPLETADA");
  other.type = "viaje";
  CHECK_FALSE(whole->wants(other));

  const auto alerts = read(R"({"url":"http://a/","eventos":["atencion"],
    "atencion":{"cantidad":100,"edad":"1h","cada":"30m"}})");
  REQUIRE(alerts);
  CHECK_FALSE(alerts->wants_events());
  CHECK(alerts->alerts.wanted);
  CHECK(alerts->alerts.count == 100);
  CHECK(alerts->alerts.age == milliseconds{3'600'000});
  CHECK(alerts->alerts.every == milliseconds{1'800'000});

  const auto least = read(R"({"url":"http://a/"})");
  REQUIRE(least);
  CHECK(least->active);
  CHECK_FALSE(least->alerts.wanted);
  CHECK(least->wants(change("INICIADA")));
  CHECK(least->wants(change("FALLIDO", "cobrar")));
}

TEST_CASE("what is wrong with a subscription is named, all of it", "[http][webhook]") {
  using places = std::vector<std::string>;
  CHECK(faults_of("{}") == places{"/url"});
  CHECK_FALSE(faults_of("[]").empty());
  CHECK(faults_of(R"({"url":"http://a/{saga_id}"})") == places{"/url"});
  CHECK(faults_of(R"({"url":"ftp://a/"})") == places{"/url"});
  CHECK(faults_of(R"({"url":"http://a/","firma":"plain"})") == places{"/firma"});
  CHECK(faults_of(R"({"url":"http://a/","firma":"${env:HOME}"})") == places{"/firma"});
  CHECK(faults_of(R"({"url":"http://a/","headers":{"Content-Type":"x"}})")
        == places{"/headers/Content-Type"});
  CHECK(faults_of(R"({"url":"http://a/","atencion":{"cantidad":1}})") == places{"/atencion"});
  CHECK(faults_of(R"({"url":"http://a/","eventos":["atencion"],"atencion":{"cada":"1ms","x":1}})")
        == places{"/atencion/cada", "/atencion/x"});
  CHECK(faults_of(R"({"url":"http://a/","tipos":["a b"],"estados":["BIEN"],"eventos":["otro"],
                     "activa":1,"concurrencia":0,"plazo":"2h","intentos":101,"mal":1})")
          .size()
        == 8);
}

TEST_CASE("an event is signed with its id", "[http][webhook]") {
  const auto to = read(R"({"url":"http://a/","firma":"${env:SAGAS_SECRET_A}"})");
  REQUIRE(to);
  const web_request made = delivery_request(*to, "12-3", "{}", noon);
  CHECK(made.headers.front() == "Content-Type: application/cloudevents+json");
  CHECK(made.headers.back()
        == "Saga-Firma: t=1769860800,v1=" + hmac_sha256_hex("s3cr3t0", "1769860800.12-3.{}"));
  CHECK_FALSE(made.reads);
}

TEST_CASE("a dead letter can be read and sent again, a gap can't", "[http][webhook]") {
  const std::string text = cloud_event("/s", {12, 3}, change("COMPLETADA"), {});
  delivery dead{.at = {12, 3}, .what = change("COMPLETADA")};
  dead.attempts = 20;
  dead.code = "http_500";
  kept_document letter{letter_kind, letter_name("a", dead.at), letter_document(dead, text, noon)};
  const auto back = read_letter(letter);
  REQUIRE(back);
  CHECK(back->at == dead.at);
  CHECK(back->what.saga == a_saga);
  CHECK(back->text == text);
  CHECK(back->from == delivery::origin::letter);
  CHECK(back->attempts == 0);
  CHECK_FALSE(goes_again(letter));
  CHECK(shown_letter(letter).starts_with(R"({"reenviando":false,"posicion":"12-3")"));
  letter.position = send_again(letter).of.position;
  CHECK(goes_again(letter));
  CHECK(send_again(letter).of.position == letter.position);
  CHECK(shown_letter(letter).starts_with(R"({"reenviando":true,"posicion":"12-3")"));
  letter.position = stays_dead(letter.name, *read_letter(letter)).of.position;
  CHECK_FALSE(goes_again(letter));
  CHECK(send_again(letter).of.position > letter.position);
  dead.lost_until = feed_position{40, 0};
  letter.content = letter_document(dead, "", noon);
  CHECK(letter.content.text().find(R"("hasta":"40-0")") != std::string::npos);
  CHECK_FALSE(read_letter(letter));
  letter.content = document{"7"};
  CHECK_FALSE(read_letter(letter));
}
