// The text forms that the tables hold.
#include "persistence/columns.hpp"
#include "persistence/feed_text.hpp"
#include "support/catch.hpp"

using namespace sagas;

TEST_CASE("a time in a column sorts, and comes back", "[persistence]") {
  std::string before;
  for (const std::int64_t ms : {0LL, 1LL, 999LL, 1'767'352'107'123LL, 1'767'352'107'124LL,
                                4'102'444'800'000LL, 253'402'300'799'999LL}) {
    const timestamp at{milliseconds{ms}};
    const std::string text = to_datetime(at);
    CHECK(parse_datetime(text) == at);
    CHECK(before < text);
    before = text;
  }
  CHECK(to_datetime(timestamp{milliseconds{1'767'352'107'123}}) == "2026-01-02 11:08:27.123");
  CHECK_FALSE(parse_datetime("ayer"));
}

TEST_CASE("events of a commit come back from their text", "[persistence]") {
  const saga_id first = first_id_at(timestamp{milliseconds{1'767'352'107'123}});
  const saga_id second = first_id_at(timestamp{milliseconds{1'767'352'107'124}});
  const timestamp now{milliseconds{1'767'352'107'200}};
  const std::vector<feed_event> events{
    {first, "viaje", now, "COMPLETADO", "reservar", operation::action, 2},
    {first, "viaje", now + milliseconds{5}, "EJECUTANDO", "a\\b\nc d", operation::action, 1},
    {second, "otro tipo", now - milliseconds{3}, "COMPENSANDO", "", operation::action, 0},
    {second, "viaje", now, "COMPENSADO", "reservar", operation::compensation, 11},
  };
  const auto again = events_from_text(events_to_text(events));
  REQUIRE(again);
  REQUIRE(again->size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    CAPTURE(i);
    CHECK((*again)[i].saga == events[i].saga);
    CHECK((*again)[i].type == events[i].type);
    CHECK((*again)[i].at == events[i].at);
    CHECK((*again)[i].status == events[i].status);
    CHECK((*again)[i].step == events[i].step);
    CHECK((*again)[i].op == events[i].op);
    CHECK((*again)[i].attempt == events[i].attempt);
  }
  CHECK(events_from_text("")->empty());
}

TEST_CASE("a damaged text of events is refused", "[persistence]") {
  const std::string id = to_text(saga_id{});
  const std::string good = "n viaje\nn COMPLETADO\ne " + id + " 0 1 17 - A 1\n";
  REQUIRE(events_from_text(good));
  for (const std::string& text :
       {std::string{"x"}, std::string{"e"}, "e " + id + " 0 1 17 - A 1\n",
        "n viaje\ne " + id + " 0 1 17 - A 1\n", "n a\ne " + id + " 0 0 x - A 1\n",
        "n a\ne " + id + " 0 0 1 y A 1\n", "n a\ne " + id + " 0 0 1 - B 1\n",
        "n a\ne " + id + " 0 0 1 - A 1 1\n", "n a\ne " + id.substr(1) + " 0 0 1 - A 1\n",
        "n a\ne " + id + " 0 -1 1 - A 1\n", "n a\ne " + id + " 0 0 1 - A\n",
        "n a\ne " + id + " 0 0 99999999999999999999 - A 1\n"}) {
    CAPTURE(text);
    CHECK_FALSE(events_from_text(text));
  }
}
