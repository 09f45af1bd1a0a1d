// Delivery to a real receiver: which, in what order, through failures and restarts.
#include "app/delivery_world.hpp"
#include "http/webhook/letter.hpp"

using namespace sagas;
using namespace sagas::test;
using http::testing::scripted_service;
using json = nlohmann::json;

TEST_CASE("every event is delivered, those of a saga in their order", "[app][webhook]") {
  delivery_world w;
  w.start();
  w.put("avisos", {{"firma", "${env:X}"}, {"concurrencia", 8}});
  for (std::uint64_t batch = 1; batch <= 40; ++batch)
    w.happens(batch, {change_of(1), change_of(2), change_of(3)});
  REQUIRE(w.came(120));
  std::map<std::string, std::string> last;
  for (const std::string& each : w.service.requests()) {
    const json what = event_in(each);
    std::string& before = last[what["subject"]];
    CHECK(before < what["sequence"].get<std::string>());
    before = what["sequence"];
    CHECK(what["source"] == "/sagas/prueba");
  }
  const std::string first = w.service.requests().front();
  CHECK(first.find("Content-Type: application/cloudevents+json\r\n") != std::string::npos);
  CHECK(first.find("Saga-Firma: t=") != std::string::npos);
  CHECK(w.stands_at({41, 0}));
  w.stop();
  CHECK(w.service.requests().size() == 120);
}

TEST_CASE("only what is asked for is sent, from where it begins", "[app][webhook]") {
  delivery_world w;
  w.happens(1, {change_of(1, "FALLIDA")});
  w.put("avisos", {{"estados", {"FALLIDA"}}}, {2, 0});
  w.start();
  w.happens(2, {change_of(2, "COMPLETADA"), change_of(3, "FALLIDA"), change_of(4, "INICIADA")});
  w.happens(3, {change_of(5, "COMPLETADA")});
  REQUIRE(w.stands_at({4, 0}));
  CHECK(ids_at(w.service) == std::vector<std::string>{"2-1"});
}

TEST_CASE("what fails is tried again, and only its saga waits", "[app][webhook]") {
  std::atomic<int> refusals{3};
  delivery_world w{[&](const json& what) {
    return what["subject"] == to_text(saga(1)) && refusals.fetch_sub(1) > 0 ? 400 : 200;
  }};
  w.put("avisos");
  w.start();
  w.happens(1, {change_of(1), change_of(1), change_of(2), change_of(2)});
  REQUIRE(w.stands_at({2, 0}));
  auto ids = ids_at(w.service);
  CHECK(std::count(ids.begin(), ids.end(), "1-0") == 4);
  CHECK(ids.back() != "1-0");
  std::erase(ids, "1-2");
  std::erase(ids, "1-3");
  CHECK(ids == std::vector<std::string>{"1-0", "1-0", "1-0", "1-0", "1-1"});
  CHECK(w.kept(http::letter_kind).empty());
}

TEST_CASE("what was delivered is not delivered again after a stop, and the rest is",
          "[app][webhook]") {
  std::atomic<bool> takes{true};
  delivery_world w{[&](const json&) { return takes ? 200 : 0; }};
  w.put("avisos", {{"intentos", 100}});
  w.start();
  w.happens(1, {change_of(1), change_of(2)});
  REQUIRE(w.stands_at({2, 0}));
  takes = false;
  w.happens(2, {change_of(1), change_of(2)});
  REQUIRE(w.came(4));
  w.stop();
  takes = true;
  const std::size_t before = w.service.requests().size();
  w.start();
  REQUIRE(w.stands_at({3, 0}));
  auto ids = ids_at(w.service);
  ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(before));
  std::sort(ids.begin(), ids.end());
  CHECK(ids == std::vector<std::string>{"2-0", "2-1"});
}

TEST_CASE("a receiver that is slow keeps no other waiting", "[app][webhook]") {
  std::atomic<bool> answers{false};
  scripted_service slow{[&](scripted_service::visit& to) {
    for (int i = 0; i < 4'000 && !answers; ++i)
      to.wait_for_end(milliseconds{1});
    to.answer(200, "");
    return true;
  }};
  delivery_world w;
  w.limits.ahead_max = 16;
  w.targets.push_back(slow.target());
  w.start();
  w.put("lento", {{"concurrencia", 2}}, {1, 0}, slow.url());
  w.put("rapido");
  for (std::uint64_t batch = 1; batch <= 30; ++batch)
    w.happens(batch, {change_of(1), change_of(2), change_of(3)});
  REQUIRE(w.came(90));
  CHECK(slow.requests().size() <= 2);
  answers = true;
  CHECK(in_time([&] { return slow.requests().size() == 90; }));
}

TEST_CASE("a receiver that is away is tried one event at a time, until it is back",
          "[app][webhook]") {
  std::atomic<bool> away{true};
  delivery_world w{[&](const json&) { return away ? 503 : 200; }};
  w.limits.backoff.cap = w.limits.backoff.first_delay = milliseconds{60'000};
  w.put("avisos");
  w.start();
  std::vector<feed_event> many;
  for (int i = 0; i < 100; ++i)
    many.push_back(change_of(i));
  w.happens(1, many);
  REQUIRE(in_time([&] { return w.log.says("takes no events"); }));
  away = false;
  REQUIRE(w.stands_at({2, 0})); // those that failed did not wait for their minute
  CHECK(w.log.says("answers again"));
  CHECK(w.kept(http::letter_kind).empty());
}

TEST_CASE("a subscription that can't be used says why, and is mended in place", "[app][webhook]") {
  delivery_world w;
  w.put("avisos", {{"estados", {"NADA"}}});
  w.start();
  using kind = http::subscription_state::kind;
  REQUIRE(in_time([&] { return w.state("avisos").how == kind::broken; }));
  CHECK(w.state("avisos").why.find("/estados") != std::string::npos);
  w.happens(1, {change_of(1)});
  w.put("avisos", {{"activa", false}});
  REQUIRE(in_time([&] { return w.state("avisos").how == kind::inactive; }));
  CHECK(w.service.requests().empty());
  w.put("avisos");
  REQUIRE(w.stands_at({2, 0}));
  CHECK(w.service.requests().size() == 1);
}

TEST_CASE("Retry-After holds what is not under way yet, whatever becomes of the rest",
          "[app][webhook]") {
  std::atomic<bool> held{false};
  scripted_service busy{[&](scripted_service::visit& to) {
    if (event_in(to.request())["subject"] == to_text(saga(1))) {
      to.answer(429, "", "Retry-After: 3600\r\n");
      return true;
    }
    for (int i = 0; i < 4'000 && !held; ++i)
      to.wait_for_end(milliseconds{1});
    to.answer(200, "");
    return true;
  }};
  delivery_world w;
  w.targets.push_back(busy.target());
  w.put("avisos", {{"concurrencia", 2}}, {1, 0}, busy.url());
  w.start();
  w.happens(1, {change_of(1), change_of(2), change_of(3)});
  REQUIRE(in_time([&] { return w.state("avisos").failed == 1; }));
  held = true;
  REQUIRE(in_time([&] { return w.state("avisos").delivered == 1; }));
  w.stop();
  CHECK(busy.requests().size() == 2);
}

TEST_CASE("what another process commits is found without being told", "[app][webhook]") {
  delivery_world w;
  w.poll = milliseconds{5};
  w.put("avisos");
  w.start();
  REQUIRE(in_time([&] { return w.state("avisos").next == feed_position{1, 0}; }));
  w.happens_elsewhere(1, {change_of(1)});
  REQUIRE(w.stands_at({2, 0}));
  w.happens(2, {change_of(1)});
  w.happens_elsewhere(3, {change_of(1)});
  REQUIRE(w.stands_at({4, 0}));
  CHECK(ids_at(w.service) == std::vector<std::string>{"1-0", "2-0", "3-0"});
}
