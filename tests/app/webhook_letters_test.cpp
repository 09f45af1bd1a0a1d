// What could not be delivered: kept, told, sent again, removed.
#include "app/delivery_world.hpp"
#include "http/webhook/letter.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

TEST_CASE("an event that is never taken becomes a dead letter, and goes again when told to",
          "[app][webhook]") {
  std::atomic<bool> takes{false};
  delivery_world w{
    [&](const json& what) { return what["subject"] == to_text(saga(1)) && !takes ? 400 : 200; }};
  w.put("avisos", {{"intentos", 2}});
  w.start();
  w.happens(1, {change_of(1), change_of(2)});
  REQUIRE(w.stands_at({2, 0}));
  REQUIRE(w.kept(http::letter_kind).size() == 1);
  const json letter = json::parse(w.kept(http::letter_kind)[0].content.text());
  CHECK(letter["codigo"] == "http_400");
  CHECK(letter["intentos"] == 2);
  CHECK(letter["evento"]["id"] == "1-0");
  CHECK(in_time([&] { return w.state("avisos").letters == 1; }));
  CHECK(w.state("avisos").dead == 1);

  CHECK(w.resend("avisos", feed_position{9, 9}).error().code == errc::not_found);
  const auto count = *w.resend("avisos"); // fails as it did, and stays
  CHECK(count == 1);
  REQUIRE(in_time([&] { return w.state("avisos").dead == 2; }));
  CHECK(w.kept(http::letter_kind).size() == 1);
  takes = true;
  REQUIRE(in_time([&] { // the last one is perhaps just being put back
    const auto again = w.resend("avisos", feed_position{1, 0});
    CHECK((again || again.error().code == errc::not_found));
    return w.kept(http::letter_kind).empty();
  }));
  CHECK(event_in(w.service.requests().back()) == letter["evento"]);
  CHECK(in_time([&] { return w.state("avisos").letters == 0; }));
}

TEST_CASE("letters that are to be sent again are so after a restart, and only those",
          "[app][webhook]") {
  std::atomic<bool> takes{false};
  delivery_world w{[&](const json&) { return takes ? 200 : 0; }};
  w.put("avisos", {{"intentos", 100}});
  for (std::uint32_t i = 0; i < 300; ++i) // more than a page
    w.keep_letter("avisos", {0, i}, change_of(static_cast<int>(i)));
  w.start();
  CHECK(*w.resend("avisos", feed_position{0, 299}) == 1);
  REQUIRE(w.came(1));
  w.stop(milliseconds{0});
  takes = true;
  w.start();
  REQUIRE(in_time([&] { return w.kept(http::letter_kind).size() == 299; }));
  CHECK(w.state("avisos").failed == 0);
  for (const std::string& id : ids_at(w.service))
    CHECK(id == "0-299");

  CHECK(*w.resend("avisos") == 299);
  CHECK(in_time([&] { return w.kept(http::letter_kind).empty(); }));
  CHECK(in_time([&] { return w.state("avisos").letters == 0; }));
}

TEST_CASE("an event that was given up is no event again after a kill", "[app][webhook]") {
  delivery_world w;
  w.happens(1, {change_of(1), change_of(2)});
  w.put("avisos"); // the position of before it was given up
  w.keep_letter("avisos", {1, 0}, change_of(1));
  w.start();
  REQUIRE(w.stands_at({2, 0}));
  CHECK(ids_at(w.service) == std::vector<std::string>{"1-1"});
  CHECK(w.state("avisos").letters == 1);
}

TEST_CASE("a subscription with all the dead letters that it may have pauses, and says so",
          "[app][webhook]") {
  delivery_world w{[](const json&) { return 400; }};
  w.limits.letters_max = 2;
  w.put("avisos", {{"intentos", 1}, {"concurrencia", 1}});
  w.start();
  w.happens(1, {change_of(1), change_of(2), change_of(3), change_of(4), change_of(5)});
  using kind = http::subscription_state::kind;
  REQUIRE(in_time([&] { return w.state("avisos").how == kind::paused; }));
  CHECK(w.log.says("a subscription pauses"));
  CHECK_FALSE(w.state("avisos").why.empty());
  CHECK(w.kept(http::letter_kind).size() == 2);
  const auto forget = [&](const feed_position& which) {
    return answer_of<status>([&](auto done) { w.hooks->forget("avisos", which, done); });
  };
  CHECK(forget({1, 0}));
  CHECK(forget({1, 0}).error().code == errc::not_found);
  REQUIRE(in_time([&] { return w.kept(http::letter_kind).size() == 2; })); // the next one has come
  CHECK(w.kept(http::letter_kind)[1].name == http::letter_name("avisos", {1, 2}));
}

TEST_CASE("what the feed does not hold any more is told, never passed over in silence",
          "[app][webhook]") {
  delivery_world w;
  w.put("avisos", json::object(), {3, 0});
  w.happens(7, {change_of(1)});
  w.start();
  REQUIRE(w.stands_at({8, 0}));
  CHECK(ids_at(w.service) == std::vector<std::string>{"7-0"});
  REQUIRE(w.kept(http::letter_kind).size() == 1);
  const json gap = json::parse(w.kept(http::letter_kind)[0].content.text());
  CHECK(gap["codigo"] == "hueco");
  CHECK(gap["posicion"] == "3-0");
  CHECK(gap["hasta"] == "7-0");
  CHECK(gap["evento"].is_null());
  CHECK(w.log.says("a subscription has missed events"));
  CHECK(w.state("avisos").gaps == 1);
  w.happens(8, {change_of(1)}); // the next number is no gap
  REQUIRE(w.stands_at({9, 0}));
  CHECK(w.kept(http::letter_kind).size() == 1);
}

TEST_CASE("a position of another database begins anew, and is told", "[app][webhook]") {
  delivery_world w;
  w.happens(1, {change_of(1)});
  w.put("avisos", json::object(), {900, 0});
  w.engine.away = true;
  w.start();
  REQUIRE(in_time([&] { return w.state("avisos").next == feed_position{1, 0}; }));
  w.engine.away = false;
  REQUIRE(w.stands_at({2, 0}));
  REQUIRE(in_time([&] { return w.kept(http::letter_kind).size() == 1; }));
  w.happens(2, {change_of(1)});
  REQUIRE(w.stands_at({3, 0}));
  CHECK(ids_at(w.service) == std::vector<std::string>{"2-0"});
}

TEST_CASE("what the store can't do now is done later, and nothing is passed over before",
          "[app][webhook]") {
  delivery_world w{[](const json&) { return 400; }};
  w.put("avisos", {{"intentos", 1}});
  w.start();
  w.engine.away = true;
  w.happens(1, {change_of(1)});
  REQUIRE(in_time([&] { return w.log.says("dead letters can't be stored now"); }));
  CHECK(w.state("avisos").next == feed_position{1, 0});
  w.engine.away = false;
  REQUIRE(w.stands_at({2, 0}));
  CHECK(w.kept(http::letter_kind).size() == 1);
}

TEST_CASE("a subscription goes with its dead letters, and none of another", "[app][webhook]") {
  delivery_world w{[](const json&) { return 400; }};
  w.put("a", {{"intentos", 1}});
  w.put("a-b", {{"intentos", 1}});
  w.start();
  w.happens(1, {change_of(1), change_of(2)});
  REQUIRE(in_time([&] { return w.kept(http::letter_kind).size() == 4; }));
  for (std::uint32_t i = 0; i < 300; ++i) // more than a page
    w.keep_letter("a", {0, i}, change_of(1));
  const auto remove = [&] {
    return answer_of<status>([&](auto done) { w.hooks->remove("a", done); });
  };
  CHECK(remove());
  CHECK(w.kept(http::letter_kind).size() == 2);
  CHECK(w.kept(http::subscription_kind).size() == 1);
  CHECK(remove().error().code == errc::not_found);
}

TEST_CASE("what can't be read now is not said to be missing", "[app][webhook]") {
  delivery_world w;
  w.put("avisos");
  w.reads.broken = failure{errc::unavailable, "away"};
  w.start();
  CHECK(w.resend("avisos").error().code == errc::unavailable);
}
