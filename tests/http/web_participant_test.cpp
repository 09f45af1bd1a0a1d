// The protocol of web participants: what a call becomes, and what an answer means.
#include "http/participant/web_participant.hpp"

#include <algorithm>
#include <future>

#include "http/participant/answer_reader.hpp"
#include "saga/definition_json.hpp"
#include "saga/text.hpp"
#include "scripted_service.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const timestamp now = *parse_iso("2026-11-25T12:00:00.500Z");

definition_ptr plan() {
  const auto made = parse_definition(
    R"({"tipo":"t","pasos":[{"nombre":"cobrar:ya","microservicio":"pagos","compensacion":"devolver"}]})");
  REQUIRE(made);
  return *made;
}

call make_call(operation op = operation::action) {
  call made;
  made.saga = *parse_saga_id("0192f0c1-2345-7abc-8def-0123456789ab");
  made.sender = made.saga;
  made.plan = plan();
  made.request = {0, op, 2, document{R"({"monto":5})"}};
  made.epoch = 7;
  made.deadline = now + milliseconds{3'000};
  return made;
}

web_participant_settings settings_to(const std::string& url) {
  web_participant_settings made;
  made.service = "pagos";
  made.url = url;
  made.lane.special_targets = {"127.0.0.1"};
  return made;
}

bool has(const web_request& in, const std::string& header) {
  return std::find(in.headers.begin(), in.headers.end(), header) != in.headers.end();
}

web_answer answered(int status, std::string body = {}, std::string retry_after = {}) {
  web_answer made;
  made.how = web_answer::fate::answered;
  made.status = status;
  made.body = std::move(body);
  made.retry_after = std::move(retry_after);
  return made;
}

outcome meaning(const web_answer& of) { return outcome_of(make_call(), of, now); }

} // namespace

TEST_CASE("a call carries all that a participant has to know", "[http][participant]") {
  auto to = settings_to("http://127.0.0.1:1/{microservicio}/{paso}/{operacion}?de={saga_id}");
  to.headers = {"Authorization: Bearer x"};
  const web_request sent = request_for(to, make_call(), now);
  CHECK(sent.url
        == "http://127.0.0.1:1/pagos/cobrar%3aya/accion?de=0192f0c1-2345-7abc-8def-0123456789ab");
  CHECK(sent.body == R"({"monto":5})");
  for (const char* each :
       {"Content-Type: application/json",
        "Idempotency-Key: 0192f0c1-2345-7abc-8def-0123456789ab/cobrar:ya/accion",
        "Saga-Id: 0192f0c1-2345-7abc-8def-0123456789ab", "Saga-Operacion: accion",
        "Saga-Intento: 2", "Saga-Plazo: 2026-11-25T12:00:03.500Z", "Saga-Epoca: 7",
        "Authorization: Bearer x"}) {
    INFO(each);
    CHECK(has(sent, each));
  }
  const web_request undo = request_for(to, make_call(operation::compensation), now);
  CHECK(has(undo, "Saga-Operacion: compensacion"));
  CHECK(has(undo, "Idempotency-Key: 0192f0c1-2345-7abc-8def-0123456789ab/cobrar:ya/compensacion"));
}

TEST_CASE("attempts of a saga are spans of one trace", "[http][participant]") {
  const auto trace = [](const call& of) {
    for (const std::string& each : request_for(settings_to("http://a/"), of, now).headers)
      if (each.starts_with("traceparent: "))
        return each.substr(13);
    return std::string{};
  };
  call again = make_call();
  ++again.request.attempt;
  CHECK(trace(make_call()).starts_with("00-0192f0c123457abc8def0123456789ab-"));
  CHECK(trace(make_call()).size() == 55);
  CHECK(trace(make_call()) == trace(make_call()));
  CHECK(trace(make_call()) != trace(again));
  CHECK(trace(make_call()) != trace(make_call(operation::compensation)));
}

// Made with: printf '%s' '1764072000.k.{}' | openssl dgst -sha256 -hmac secreto
TEST_CASE("a signature covers its time, key and body", "[http][participant]") {
  const timestamp at{std::chrono::seconds{1'764'072'000}};
  CHECK(signature("secreto", at, "k", "{}")
        == "t=1764072000,v1=e7c6600a3f3d8335c270c55d3a772bf8edf4a6e75c0a3eab3338f638f03b1076");
  CHECK(signature("secreto", at, "k", "{}") != signature("otro", at, "k", "{}"));
  auto to = settings_to("http://a/");
  to.signing_secret = "secreto";
  const web_request sent = request_for(to, make_call(), now);
  CHECK(
    has(sent, "Saga-Firma: "
                + signature("secreto", now, "0192f0c1-2345-7abc-8def-0123456789ab/cobrar:ya/accion",
                            sent.body)));
}

TEST_CASE("what an interim answer says is not said of the call", "[http][participant]") {
  answer_reader reader;
  for (const char* line : {"HTTP/1.1 103 Early Hints\r\n", "Location: /estilo\r\n", "\r\n",
                           "HTTP/1.1 425 Too Early\r\n", "RETRY-AFTER:\t7 \r\n", "\r\n"})
    REQUIRE(reader.take_line(line));
  REQUIRE(reader.take_body("{"));
  REQUIRE(reader.take_body("}"));
  const web_answer said = std::move(reader).finish(425);
  CHECK(said.retry_after == "7");
  CHECK(said.location.empty());
  CHECK(said.body == "{}");
}

TEST_CASE("what a status means", "[http][participant]") {
  CHECK(meaning(answered(200, R"({"a":1})")).kind == outcome_kind::done);
  CHECK(meaning(answered(200, R"({"a":1})")).output == document{R"({"a":1})"});
  CHECK(meaning(answered(204)).output == document{"{}"});
  CHECK(meaning(answered(201, " \n ")).kind == outcome_kind::done);
  for (const int status : {100, 301, 302, 304, 400, 401, 403, 404, 408, 410, 422, 429, 500, 503}) {
    INFO(status);
    const outcome said = meaning(answered(status, "{}"));
    CHECK(said.kind == outcome_kind::unknown);
    CHECK(said.code == "http_" + std::to_string(status));
  }
}

TEST_CASE("a done without readable output is unknown", "[http][participant]") {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  for (const std::string& body : {std::string{"<html>"}, std::string{"{\"a\":}"}, deep}) {
    INFO(body);
    CHECK(meaning(answered(200, body)).kind == outcome_kind::unknown);
  }
}

TEST_CASE("a refusal tells why", "[http][participant]") {
  const outcome said = meaning(answered(409, R"({"codigo":"sin_saldo","motivo":"No hay saldo"})"));
  CHECK(said.kind == outcome_kind::business_failure);
  CHECK(said.code == "sin_saldo");
  CHECK(said.reason == "No hay saldo");
  CHECK(meaning(answered(409, R"({"title":"Conflict","detail":"Full"})")).reason == "Full");
  std::string letters;
  for (int i = 0; i < 600; ++i)
    letters += "\xC3\xB1";
  const std::string code = meaning(answered(409, "{\"codigo\":\"x" + letters + "\"}")).code;
  CHECK(code == repair_utf8(code)); // cut between letters, not inside of one
  CHECK(meaning(answered(409, "nonsense \xff")).kind == outcome_kind::business_failure);
  CHECK_FALSE(meaning(answered(409)).reason.empty());
  const std::string long_one = R"({"motivo":")" + std::string(100'000, 'x') + "\"}";
  CHECK(meaning(answered(409, long_one)).reason.size() <= 1'000);
}

TEST_CASE("one that still runs says when to ask again", "[http][participant]") {
  const auto wait = [](const std::string& header) {
    const outcome said = meaning(answered(425, "", header));
    CHECK(said.kind == outcome_kind::still_running);
    REQUIRE(said.ask_at);
    return *said.ask_at - now;
  };
  using std::chrono::hours;
  using std::chrono::seconds;
  CHECK(wait("30") == seconds{30});
  CHECK(wait("") == seconds{1});
  CHECK(wait("soon") == seconds{1});
  CHECK(wait("0") == milliseconds{100}); // not in a circle
  CHECK(wait("99999999999999999999") >= seconds{1});
  CHECK(wait("999999999") == hours{24});
  CHECK(wait("Wed, 25 Nov 2026 12:01:00 GMT") == milliseconds{59'500});
  CHECK(wait("Wed, 25 Nov 2020 12:01:00 GMT") == milliseconds{100});
  CHECK(wait("Sun, 06 Nov 2147483647 08:49:37 GMT") == hours{24});
}

TEST_CASE("what was not sent has had no effect, unless it was sent before", "[http][participant]") {
  web_answer none;
  none.how = web_answer::fate::not_sent;
  CHECK(meaning(none).kind == outcome_kind::technical_failure);
  call again = make_call();
  again.repeated = true;
  CHECK(outcome_of(again, none, now).kind == outcome_kind::unknown);
  none.how = web_answer::fate::unknown;
  CHECK(meaning(none).kind == outcome_kind::unknown);
}

TEST_CASE("a participant asks its service and tells what it said", "[http][participant]") {
  scripted_service service{[](scripted_service::visit& to) {
    to.answer(409, R"({"motivo":"no"})");
    return true;
  }};
  auto client = web_client::open();
  REQUIRE(client);
  web_participant one{settings_to(service.url("/{paso}")),
                      std::shared_ptr<web_client>{std::move(*client)}, [] { return now; }};
  std::promise<outcome> made;
  one.invoke(make_call(), [&](outcome what) { made.set_value(std::move(what)); });
  const outcome said = made.get_future().get();
  CHECK(said.kind == outcome_kind::business_failure);
  CHECK(said.reason == "no");
  REQUIRE(service.requests().size() == 1);
  CHECK(service.requests().front().find("\r\nSaga-Intento: 2\r\n") != std::string::npos);
}

TEST_CASE("a call says where its result may be reported, under a token of its own",
          "[http][participant]") {
  web_participant_settings to = settings_to("http://127.0.0.1:1/");
  const auto header = [&](const call& what, const std::string& name) {
    for (const std::string& each : request_for(to, what, now).headers)
      if (each.starts_with(name + ": "))
        return each.substr(name.size() + 2);
    return std::string{};
  };
  CHECK(header(make_call(), "Saga-Token").empty());
  to.callback = {"https://sagas.example", "a key of thirty-two characters.."};
  CHECK(header(make_call(), "Saga-Respuesta")
        == "https://sagas.example/api/v1/sagas/0192f0c1-2345-7abc-8def-0123456789ab/pasos/"
           "cobrar%3aya/resultado?operacion=accion");
  const std::string token = header(make_call(), "Saga-Token");
  const saga_id saga = make_call().saga;
  CHECK(is_callback_token(token, to.callback.key, saga, "cobrar:ya", operation::action));
  CHECK_FALSE(
    is_callback_token(token, to.callback.key, saga, "cobrar:ya", operation::compensation));
  CHECK_FALSE(is_callback_token(token, to.callback.key, saga, "cobrar", operation::action));
  CHECK_FALSE(is_callback_token(token, "another key", saga, "cobrar:ya", operation::action));
  CHECK_FALSE(is_callback_token("", to.callback.key, saga, "cobrar:ya", operation::action));
}

TEST_CASE("the page that a service names for a call that still runs is of that service",
          "[http][participant]") {
  const std::string url = "http://pagos:8080/v1/cobrar";
  CHECK(page_of(url, "/trabajos/7") == "http://pagos:8080/trabajos/7");
  CHECK(page_of(url, "http://pagos:8080/t?x=1") == "http://pagos:8080/t?x=1");
  CHECK(page_of("https://pagos/v1", "https://pagos:443/t").has_value());
  for (const char* elsewhere :
       {"", "http://otro:8080/t", "http://pagos:81/t", "https://pagos:8080/t",
        "http://u@pagos:8080/t", "file:///etc/passwd", "//otro/t"}) {
    INFO(elsewhere);
    CHECK_FALSE(page_of(url, elsewhere));
  }
  std::string long_one = "/t/";
  for (int i = 0; i < 1'000; ++i)
    long_one += "\xC3"; // three bytes each when written as a URL
  CHECK_FALSE(page_of(url, long_one));
}
