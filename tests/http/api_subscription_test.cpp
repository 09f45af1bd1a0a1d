// Setting up webhooks, and what could not be delivered.
#include "api_fakes.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

constexpr const char* path = "/api/v1/suscripciones/avisos";
constexpr const char* paper = R"({"url":"http://a/","firma":"${env:SAGAS_SECRET_A}"})";
using words = std::vector<std::string>;

void subscribe(world& w) {
  w.reads.documents.push_back(
    {subscription_kind, "avisos", document{paper}, packed({5, 1}), w.now});
}

} // namespace

TEST_CASE("a subscription is durable from the newest event on, and only then served",
          "[http][webhook]") {
  world w;
  w.reads.store({41, {feed_event{}, feed_event{}}});
  const auto answer = w.send("PUT", path, {.body = paper})->answer();
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"nombre":"avisos"})");
  REQUIRE(w.engine.kept.size() == 1);
  CHECK(w.engine.kept[0].what == kept_change::kind::put);
  CHECK(w.engine.kept[0].of.kind == "suscripcion");
  CHECK(unpacked(w.engine.kept[0].of.position) == feed_position{42, 0});
  CHECK(w.engine.kept[0].of.content.text() == paper);
  CHECK(w.subscriptions.told == words{"+avisos"});

  w.engine.keep_outcome = failure{errc::unavailable, "the store is away"};
  CHECK(w.send("PUT", path, {.body = paper})->answer().status == 503);
  CHECK(w.subscriptions.told.size() == 1);
}

TEST_CASE("a subscription that says not where to is refused", "[http][webhook]") {
  world w;
  CHECK(w.send("PUT", path, {.body = "{"})->answer().status == 400);
  CHECK(pointers_of(w.send("PUT", path, {.body = R"({"mal":1})"})->answer()) == words{"/mal"});
  CHECK(w.send("PUT", "/api/v1/suscripciones/a b", {.body = paper})->answer().status == 422);
  CHECK(w.engine.kept.empty());
}

TEST_CASE("subscriptions are shown with how they fare, and secrets as references",
          "[http][webhook]") {
  world w;
  CHECK(w.get(path).status == 404);
  subscribe(w);
  json shown = json::parse(w.get(path).body);
  CHECK(shown["posicion"] == "5-1");
  CHECK(shown["suscripcion"] == json::parse(paper));
  w.subscriptions.fares.push_back({.name = "avisos",
                                   .how = subscription_state::kind::paused,
                                   .why = "full",
                                   .next = {9, 0},
                                   .letters = 3});
  shown = json::parse(w.get("/api/v1/suscripciones").body)["suscripciones"][0];
  CHECK(shown["estado"] == "pausada");
  CHECK(shown["motivo"] == "full");
  CHECK(shown["posicion"] == "9-0");
  CHECK(shown["cartas"] == 3);
}

TEST_CASE("dead letters come in pages, of one subscription alone", "[http][webhook]") {
  world w;
  const std::string letters = std::string{path} + "/cartas";
  CHECK(w.get(letters).status == 404);
  subscribe(w);
  for (const char* owner : {"avisos", "avisos-2"})
    for (std::uint64_t batch = 1; batch <= 3; ++batch)
      w.reads.documents.push_back({letter_kind, letter_name(owner, {batch, 0}),
                                   letter_document({.at = {batch, 0}}, "", w.now), 0, w.now});
  json page = json::parse(w.get(letters, {{"limite", "2"}}).body);
  CHECK(page["cartas"].size() == 2);
  CHECK(page["siguiente"] == "2-0");
  page = json::parse(w.get(letters, {{"limite", "2"}, {"despues_de", "2-0"}}).body);
  CHECK(page["cartas"].size() == 1);
  CHECK(page["cartas"][0]["posicion"] == "3-0");
  CHECK(page["siguiente"].is_null());
  CHECK(w.get(letters, {{"despues_de", "x"}}).status == 422);
}

TEST_CASE("dead letters are sent again and removed where that is done", "[http][webhook]") {
  world w;
  const std::string letters = std::string{path} + "/cartas";
  const auto sent = w.post(letters + "/reenviar", "");
  CHECK(sent.status == 202);
  CHECK(sent.body == R"({"cartas":7})");
  CHECK(w.post(letters + "/reenviar", R"({"posicion":"12-3"})").status == 202);
  CHECK(w.post(letters + "/reenviar", R"({"posicion":"x"})").status == 422);
  CHECK(w.post(letters + "/reenviar", R"({"otra":1})").status == 422);
  CHECK(w.send("DELETE", letters + "/12-3")->answer().status == 204);
  CHECK(w.send("DELETE", letters + "/x")->answer().status == 404);
  CHECK(w.send("DELETE", path)->answer().status == 204);
  CHECK(w.subscriptions.told == words{"avisos!all", "avisos!12-3", "avisos-12-3", "-avisos"});
  w.subscriptions.outcome = failure{errc::not_found, "there is none"};
  CHECK(w.post(letters + "/reenviar", "").status == 404);
  CHECK(w.send("DELETE", letters + "/12-3")->answer().status == 404);
  CHECK(w.send("DELETE", path)->answer().status == 404);
}
