// Alerts of what waits for a person: durable before they are sent, and sent as events are.
#include "app/delivery_world.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

namespace {

const json wanted{{"eventos", {"atencion"}}, {"atencion", {{"cantidad", 5}, {"cada", "1s"}}}};

std::vector<std::string> types_at(const scripted_service& service) {
  std::vector<std::string> types;
  for (const std::string& each : service.requests())
    types.push_back(event_in(each)["type"]);
  return types;
}

using words = std::vector<std::string>;

} // namespace

TEST_CASE("a subscriber is told what waits, and of no event that it does not want",
          "[app][webhook][alert]") {
  delivery_world w;
  w.put("avisos", wanted);
  w.start();
  w.happens(1, {change_of(1)});
  w.park(2);
  REQUIRE(w.came(1));
  w.park(7);
  REQUIRE(w.came(2));
  w.park(0);
  REQUIRE(in_time([&] { return types_at(w.service).back() == "sagas.atencion.despejada"; }));
  w.stop();
  words types = types_at(w.service);
  CHECK(types.front() == "sagas.atencion.primera");
  std::erase(types, "sagas.atencion.umbral"); // once, or again after a second
  CHECK(types == words{"sagas.atencion.primera", "sagas.atencion.despejada"});
  CHECK(event_in(w.service.requests().front())["data"]["cuantas"] == 2);
  CHECK(w.kept(http::alert_kind).empty());
  CHECK(w.kept(http::letter_kind).empty());
  CHECK(w.kept(http::subscription_kind)[0].position == http::packed({2, 0}));
}

TEST_CASE("an alert that is decided outlives a kill, and is not decided again",
          "[app][webhook][alert]") {
  std::atomic<bool> takes{false};
  delivery_world w{[&](const json&) { return takes ? 200 : 0; }};
  w.put("avisos", wanted);
  w.park(1);
  w.start();
  REQUIRE(w.came(1));
  w.stop(milliseconds{0});
  REQUIRE(w.kept(http::alert_kind).size() == 1);
  takes = true;
  w.start();
  REQUIRE(in_time([&] { return w.kept(http::alert_kind).empty(); }));
  w.park(0);
  REQUIRE(in_time([&] { return types_at(w.service).back() == "sagas.atencion.despejada"; }));
  std::set<std::string> ids;
  for (const std::string& each : ids_at(w.service))
    ids.insert(each);
  CHECK(ids.size() == 2); // the first one, sent again, and the all-clear
}

TEST_CASE("what the store can't take is decided once all the same", "[app][webhook][alert]") {
  delivery_world w;
  w.put("avisos", wanted);
  w.park(1);
  w.engine.forgets = true; // makes the change, and says that it may not have
  w.start();
  REQUIRE(in_time([&] { return w.log.says("an alert can't be stored now"); }));
  CHECK(w.service.requests().empty());
  w.engine.forgets = false;
  REQUIRE(w.came(1));
  REQUIRE(in_time([&] { return w.kept(http::alert_kind).empty(); }));
  w.stop();
  CHECK(types_at(w.service) == words{"sagas.atencion.primera"});
}

TEST_CASE("an alert that is never taken is a dead letter, and goes again when told to",
          "[app][webhook][alert]") {
  std::atomic<bool> takes{false};
  delivery_world w{[&](const json&) { return takes ? 200 : 400; }};
  json impatient = wanted;
  impatient["intentos"] = 1;
  w.put("avisos", impatient);
  w.park(1);
  w.start();
  REQUIRE(in_time([&] { return w.kept(http::letter_kind).size() == 1; }));
  CHECK(w.kept(http::alert_kind).empty());
  takes = true;
  CHECK(*w.resend("avisos") == 1);
  REQUIRE(in_time([&] { return w.kept(http::letter_kind).empty(); }));
  CHECK(types_at(w.service) == words(2, "sagas.atencion.primera"));
}

TEST_CASE("alerts go with their subscription", "[app][webhook][alert]") {
  delivery_world w{[](const json&) { return 0; }};
  w.put("avisos", wanted);
  w.park(1);
  w.start();
  REQUIRE(w.came(1));
  CHECK(answer_of<status>([&](auto done) { w.hooks->remove("avisos", done); }));
  for (const char* kind :
       {http::subscription_kind, http::letter_kind, http::alert_kind, http::watch_kind})
    CHECK(w.kept(kind).empty());
}
