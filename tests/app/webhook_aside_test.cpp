// An event that keeps failing: it holds up its saga alone, through kills, and not the position.
#include "app/delivery_world.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;
using ids_list = std::vector<std::string>;

namespace {

const json patient{{"intentos", 100}};

// Saga 1 is refused for as long as `refuses`.
struct refusing_world : delivery_world {
  refusing_world()
    : delivery_world([this](const json& what) {
        return refuses && what["subject"] == to_text(saga(1)) ? 400 : 200;
      }) {
    limits.passed_max = 50;
  }
  // `count` events of other sagas, a batch each, from `first` on; returns when all are delivered.
  void others_happen(std::uint64_t first, std::uint64_t count) {
    const std::uint64_t before = state("avisos").delivered;
    for (std::uint64_t batch = first; batch < first + count; ++batch)
      happens(batch, {change_of(2 + static_cast<int>(batch % 5))});
    REQUIRE(in_time([&] { return state("avisos").delivered >= before + count; }));
  }
  void set_one_aside() {
    put("avisos", patient);
    start();
    happens(1, {change_of(1)});
    others_happen(2, 100);
    REQUIRE(in_time([this] { return kept(http::aside_kind).size() == 1; }));
  }
  void kill() { stop(milliseconds{0}); }
  ids_list ids_of_saga_1(std::size_t from = 0) {
    ids_list ids;
    const auto all = service.requests();
    for (std::size_t i = from; i < all.size(); ++i)
      if (const json what = event_in(all[i]); what["subject"] == to_text(saga(1)))
        ids.push_back(what["id"]);
    return ids;
  }
  std::atomic<bool> refuses{true};
};

} // namespace

TEST_CASE("an event that keeps failing makes a kill repeat few of those that have passed it",
          "[app][webhook]") {
  refusing_world w;
  w.put("avisos", patient);
  w.start();
  w.happens(1, {change_of(1)});
  w.others_happen(2, 1'000);
  REQUIRE(w.stands_at({1'002, 0})); // not at 1-0
  CHECK(w.state("avisos").set_aside == 1);
  w.others_happen(1'002, 40); // they may be repeated, and no more
  w.kill();
  const std::size_t before = w.service.requests().size();
  w.refuses = false;
  w.start();
  REQUIRE(in_time([&] { return w.kept(http::aside_kind).empty(); }));
  REQUIRE(w.stands_at({1'042, 0}));
  CHECK(w.service.requests().size() - before <= 41);
  CHECK(w.ids_of_saga_1(before) == ids_list{"1-0"});
  CHECK(w.state("avisos").set_aside == 0);
}

TEST_CASE("what is set aside keeps the order of its saga, through a kill too", "[app][webhook]") {
  refusing_world w;
  w.put("avisos", patient);
  w.start();
  w.happens(1, {change_of(1), change_of(1, "COMPLETADA")});
  w.others_happen(2, 100);
  REQUIRE(in_time([&] { return w.kept(http::aside_kind).size() == 2; }));
  w.happens(102, {change_of(1)});
  w.others_happen(103, 10); // too few to set that one aside, too
  w.kill();
  const std::size_t before = w.service.requests().size();
  w.refuses = false;
  w.start();
  w.happens(113, {change_of(1)});
  REQUIRE(w.stands_at({114, 0}));
  REQUIRE(in_time([&] { return w.kept(http::aside_kind).empty(); }));
  CHECK(w.ids_of_saga_1(before) == ids_list{"1-0", "1-1", "102-0", "113-0"});
}

TEST_CASE("what is set aside and given up is a dead letter, and nothing else", "[app][webhook]") {
  refusing_world w;
  w.set_one_aside();
  const std::string text{w.kept(http::aside_kind)[0].content.text()};
  REQUIRE(in_time([&] { return w.state("avisos").letters == 1; }));
  CHECK(w.kept(http::aside_kind).empty());
  const json letter = json::parse(w.kept(http::letter_kind)[0].content.text());
  CHECK(letter["evento"] == json::parse(text)["evento"]);
  CHECK(letter["intentos"] == 100);
  w.refuses = false;
  REQUIRE(w.resend("avisos"));
  CHECK(in_time([&] { return w.kept(http::letter_kind).empty(); }));
}

TEST_CASE("the position passes nothing whose row the store does not have", "[app][webhook]") {
  refusing_world w;
  w.put("avisos", patient);
  w.start();
  w.happens(1, {change_of(1)});
  w.engine.away = true;
  w.others_happen(2, 100);
  REQUIRE(in_time([&] { return w.state("avisos").set_aside == 1; }));
  w.kill(); // the store was never told
  w.refuses = false;
  w.engine.away = false;
  const std::size_t before = w.service.requests().size();
  w.start();
  REQUIRE(w.stands_at({102, 0}));
  CHECK(w.ids_of_saga_1(before) == ids_list{"1-0"});
}

TEST_CASE("one that is taken while its row is on its way leaves none behind", "[app][webhook]") {
  refusing_world w;
  w.put("avisos", patient);
  w.start();
  w.happens(1, {change_of(1)});
  w.engine.forgets = true; // the rows are there, and nobody says so
  w.others_happen(2, 100);
  REQUIRE(in_time([&] { return w.kept(http::aside_kind).size() == 1; }));
  w.refuses = false;
  REQUIRE(in_time([&] { return w.state("avisos").delivered == 101; }));
  w.engine.forgets = false;
  REQUIRE(in_time([&] { return w.kept(http::aside_kind).empty(); }));
  CHECK(w.stands_at({102, 0}));
}

TEST_CASE("one that fails for as long as an hour is set aside, and one that is new is not",
          "[app][webhook]") {
  refusing_world w;
  w.limits.passed_max = 1'000'000;
  w.put("avisos", patient);
  w.start();
  feed_event old = change_of(1);
  old.at -= w.limits.held_max;
  w.happens(1, {old, old});
  REQUIRE(in_time([&] { return w.kept(http::aside_kind).size() == 2; }));
  CHECK(w.stands_at({2, 0}));
  w.happens(2, {change_of(1)});
  w.happens(3, {change_of(2)});
  REQUIRE(in_time([&] { return w.state("avisos").delivered == 1; }));
  CHECK(w.state("avisos").next == feed_position{2, 0});
}

TEST_CASE("what is set aside goes with its subscription", "[app][webhook]") {
  refusing_world w;
  w.set_one_aside();
  CHECK(answer_of<status>([&](auto done) { w.hooks->remove("avisos", done); }));
  CHECK(w.kept(http::aside_kind).empty());
}
