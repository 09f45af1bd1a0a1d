#include "http/participant/settings.hpp"

#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using std::chrono::milliseconds;

namespace {

std::optional<std::string> secret(std::string_view reference) {
  if (reference == "env:TOKEN")
    return "s3cr3t0";
  if (reference == "env:LONG")
    return "s3cr3t0-s3cr3t0-s3cr3t0-s3cr3t0-";
  if (reference == "env:BAD")
    return "a\r\nX: b";
  return std::nullopt;
}

std::vector<std::string> faults_of(const std::string& text) {
  const auto read = parse_web_participants(text, secret);
  REQUIRE_FALSE(read);
  std::vector<std::string> places;
  for (const field_error& each : read.error().fields) {
    places.push_back(each.pointer);
    CHECK(each.message.find("s3cr3t0") == std::string::npos);
  }
  return places;
}

std::vector<std::string> faults_of_one(const std::string& members) {
  return faults_of(R"({"participants":{"pagos":{"url":"http://a/")" + members + "}}}");
}

} // namespace

TEST_CASE("a participant is read with all its terms", "[http][participant]") {
  const auto read = parse_web_participants(R"({
    "targets": ["127.0.0.1:9001"],
    "callbacks": {"url": "https://sagas.example/", "key": "${env:LONG}"},
    "participants": {
      "pagos": {"url": "https://pagos.example/v1/{paso}/{operacion}?s={saga_id}",
                "headers": {"Authorization": "Bearer ${env:TOKEN}"},
                "sign": "${env:TOKEN}", "connect_timeout": "500ms",
                "concurrency": 8, "queue": 100, "rate": 2.5,
                "circuit": {"failures": 4, "open": "10s"},
                "tls": {"ca": "ca.pem", "certificate": "c.pem", "key": "k.pem"}},
      "envios": {"url": "http://127.0.0.1:9001/"}}})",
                                           secret);
  REQUIRE(read);
  REQUIRE(read->participants.size() == 2);
  CHECK(read->callback.key.size() == 32);
  const web_participant_settings& one = read->participants.front();
  CHECK(one.callback.url == "https://sagas.example");
  CHECK(one.service == "pagos");
  CHECK(one.headers == std::vector<std::string>{"Authorization: Bearer s3cr3t0"});
  CHECK(one.signing_secret == "s3cr3t0");
  CHECK(one.lane.connect_timeout == milliseconds{500});
  CHECK(one.lane.flow.concurrency == 8);
  CHECK(one.lane.flow.queued == 100);
  CHECK(one.lane.flow.rate == 2.5);
  CHECK(one.lane.flow.failures == 4);
  CHECK(one.lane.flow.open_for == milliseconds{10'000});
  CHECK(one.lane.ca_file == "ca.pem");
  CHECK(one.lane.special_targets == std::vector<std::string>{"127.0.0.1:9001"});
  CHECK(read->participants.back().lane.flow.concurrency == flow_terms{}.concurrency);
}

TEST_CASE("every fault of a participant is named with its place", "[http][participant]") {
  using places = std::vector<std::string>;
  CHECK(faults_of(R"({"participants":{"pagos":{}}})") == places{"/participants/pagos/url"});
  CHECK(faults_of(R"({"participants":{"a b":{"url":"http://a/"}}})")
        == places{"/participants/a b"});
  CHECK(faults_of(R"({"targets":[1],"x":{}})").size() == 2);
  CHECK(faults_of(R"({"callbacks":{"url":"sagas","key":"${env:TOKEN}"}})")
        == places{"/callbacks/url", "/callbacks/key"});
  CHECK(faults_of(R"({"callbacks":{"url":"http://a","key":"s3cr3t0-s3cr3t0-s3cr3t0-s3cr3t0-"}})")
        == places{"/callbacks/key"});
  for (const char* url :
       {"", "a", "ftp://a/", "file:///etc/passwd", "http://", "http://{paso}/", "http://u:p@a/",
        "http://a/{otro}", "http://a/ b", "http://a/#f", "http://a{paso}.b/", "http://a\\r\\n/"}) {
    INFO(url);
    CHECK(faults_of(std::string{R"({"participants":{"pagos":{"url":")"} + url + "\"}}}")
          == places{"/participants/pagos/url"});
  }
  const std::string at = "/participants/pagos";
  CHECK(faults_of_one(R"(,"headers":{"Saga-Id":"x"})") == places{at + "/headers/Saga-Id"});
  CHECK(faults_of_one(R"(,"headers":{"a b":"x"})") == places{at + "/headers/a b"});
  CHECK(faults_of_one(R"(,"headers":{"A":"x\r\nB: y"})") == places{at + "/headers/A"});
  CHECK(faults_of_one(R"(,"headers":{"A":"${env:NONE}"})") == places{at + "/headers/A"});
  CHECK(faults_of_one(R"(,"headers":{"A":"${env:BAD}"})") == places{at + "/headers/A"});
  CHECK(faults_of_one(R"(,"headers":{"A":"${env:TOKEN"})") == places{at + "/headers/A"});
  CHECK(faults_of_one(R"(,"sign":"plain")") == places{at + "/sign"});
  CHECK(faults_of_one(R"(,"concurrency":0,"rate":-1,"queue":"x")").size() == 3);
  CHECK(faults_of_one(R"(,"circuit":{"open":"1"},"tls":{"key":"k"},"y":1)").size() == 3);
}
