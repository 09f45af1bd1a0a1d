// The real program tells a real receiver, through kill -9.
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "running_server.hpp"
#include "saga/feed.hpp"
#include "support/catch.hpp"
#include "tests/http/scripted_service.hpp"

using namespace sagas;
using namespace sagas::test;
using http::testing::scripted_service;
using json = nlohmann::json;

namespace {

json event_in(const std::string& request) {
  return json::parse(request.substr(request.find("\r\n\r\n") + 4));
}

struct webhook_world : running_server {
  webhook_world() {
    server.options().environment = {{"SAGAS_SECRET_AVISOS", "s3cr3t0"},
                                    {"SAGAS_WEBHOOKS_SOURCE", "/pruebas"},
                                    {"SAGAS_PARTICIPANTS_TARGETS", receiver.target()}};
    start();
  }

  child_process::ended subscribe(json more = json::object()) {
    more["url"] = receiver.url("/eventos");
    more["firma"] = "${env:SAGAS_SECRET_AVISOS}";
    return verb({"webhooks", "set", "avisos", more.dump()});
  }
  /// The sagas that the receiver knows to be completed.
  std::set<std::string> completed() const {
    std::set<std::string> found;
    for (const std::string& each : receiver.requests())
      if (const json what = event_in(each);
          what["type"] == "sagas.saga" && what["data"]["estado"] == "COMPLETADA")
        found.insert(what["subject"]);
    return found;
  }
  bool knows(const std::set<std::string>& sagas) const {
    return in_time([&] { return completed() == sagas; });
  }
  void pay(std::set<std::string>& to) {
    to.insert(told({"start", "pago"})["saga_id"].get<std::string>());
  }

  /// A saga that waits for a person: tracking refuses, and so does the undo of the commissions.
  std::string park() const {
    return ask("/api/v1/sagas", R"({"tipo":"lanzar_campania_completa",
      "entrada":{"nombre":"Otoño"},"inyeccion":{"tracking":{"fallo":"negocio"},
      "comisiones":{"fallo":"negocio","operacion":"compensacion"}}})")["saga_id"];
  }
  /// The ids of what came of that type.
  std::set<std::string> ids_of(const std::string& type) const {
    std::set<std::string> found;
    for (const std::string& each : receiver.requests())
      if (const json what = event_in(each); what["type"] == type)
        found.insert(what["id"]);
    return found;
  }
  bool hears(const std::string& type) const {
    return in_time([&] { return !ids_of(type).empty(); });
  }

  scripted_service receiver{[](scripted_service::visit& to) {
    to.answer(204, "");
    return true;
  }};
};

constexpr const char* plan =
  R"({"tipo":"pago","pasos":[{"nombre":"cobrar","microservicio":"pagos"}]})";

} // namespace

TEST_CASE("a kill -9 of the server loses no event", "[app][webhook]") {
  webhook_world w;
  CHECK(w.verb({"def", "register", plan}).code == 0);
  const auto set = w.subscribe();
  INFO(set.err);
  REQUIRE(set.code == 0);
  std::set<std::string> sagas;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i)
      w.pay(sagas);
    w.server.kill();
    w.start();
  }
  REQUIRE(w.knows(sagas));
  std::map<std::uint64_t, std::set<std::uint32_t>> seen; // of each batch
  for (const std::string& each : w.receiver.requests()) {
    const json what = event_in(each);
    CHECK(what["source"] == "/pruebas");
    const auto at = parse_feed_position(what["id"].get<std::string>());
    REQUIRE(at);
    seen[at->batch].insert(at->index);
  }
  CHECK(seen.rbegin()->first - seen.begin()->first + 1 == seen.size());
  for (const auto& [batch, indexes] : seen)
    CHECK(*indexes.rbegin() + 1 == indexes.size());
  const auto shown = w.verb({"webhooks", "show", "avisos"});
  CHECK(shown.out.find("${env:SAGAS_SECRET_AVISOS}") != std::string::npos);
  CHECK(shown.out.find("s3cr3t0") == std::string::npos);
  CHECK(w.verb({"webhooks", "list"}).out.find("activa") != std::string::npos);
  CHECK(w.verb({"webhooks", "dead", "avisos"}).code == 0);
  CHECK(w.verb({"webhooks", "resend", "avisos"}).out.find("0 on their way") != std::string::npos);
  CHECK(w.verb({"webhooks", "resend", "avisos", "1-0"}).code != 0);
  CHECK(w.verb({"webhooks", "remove", "avisos"}).code == 0);
  CHECK(w.verb({"webhooks", "show", "avisos"}).code != 0);
}

TEST_CASE("who subscribes a service learns no secret, and reaches no address of the machine",
          "[app][webhook]") {
  webhook_world w;
  const auto refused = w.subscribe({{"headers", {{"X", "${env:PATH}"}}}});
  CHECK(refused.code != 0);
  CHECK(refused.err.find("/headers/X") != std::string::npos);

  CHECK(w.verb({"def", "register", plan}).code == 0);
  scripted_service hidden{[](scripted_service::visit& to) {
    to.answer(204, "");
    return true;
  }};
  REQUIRE(
    w.verb({"webhooks", "set", "otra", json{{"url", hidden.url()}, {"intentos", 1}}.dump()}).code
    == 0);
  std::set<std::string> sagas;
  w.pay(sagas);
  std::string dead;
  for (int i = 0; i < 200 && dead.find("cobrar") == std::string::npos; ++i)
    dead = w.verb({"webhooks", "dead", "otra", "--json"}).out;
  CHECK(dead.find("cobrar") != std::string::npos);
  CHECK(hidden.requests().empty());
}

TEST_CASE("who is on call hears of what waits, once, through kill -9", "[app][webhook][alert]") {
  webhook_world w;
  REQUIRE(w.subscribe({{"eventos", {"atencion"}}, {"atencion", {{"cada", "1s"}}}}).code == 0);
  const std::string saga = w.park();
  REQUIRE(w.hears("sagas.atencion.primera"));
  w.server.kill();
  w.start();
  const auto skipped = w.verb(
    {"skip", saga, "configurar_comisiones_campania", "--reason", "it is undone by hand"});
  INFO(skipped.err);
  REQUIRE(skipped.code == 0);
  REQUIRE(w.hears("sagas.atencion.despejada"));
  CHECK(w.ids_of("sagas.atencion.primera").size() == 1);
  CHECK(w.ids_of("sagas.saga").empty());
}
