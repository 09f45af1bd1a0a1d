// When a subscriber is told of what waits for a person, by a clock that the test turns.
#include "http/webhook/alert.hpp"

#include <nlohmann/json.hpp>

#include "http/webhook/position.hpp"
#include "http/webhook/settings.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using json = nlohmann::json;

namespace {

const timestamp noon = *parse_iso("2026-01-31T12:00:00Z");
constexpr milliseconds minute{60'000};

cause_group cause(const std::string& type, std::uint64_t count, timestamp oldest) {
  cause_group made;
  made.cause = "causa-" + type;
  made.type = type;
  made.step = "cobrar";
  made.service = "pagos";
  made.error = "sin fondos";
  made.count = count;
  made.oldest = oldest;
  return made;
}

attention_summary parked(std::vector<cause_group> causes) {
  attention_summary made;
  for (const cause_group& each : causes)
    made.sagas += each.count;
  made.causes = std::move(causes);
  return made;
}

// A subscriber, told as the dispatcher tells it.
struct subscriber {
  alert_terms terms{.wanted = true, .every = 10 * minute};
  alert_memory told = {};
  timestamp now = noon;

  std::string look(std::uint64_t waiting, milliseconds age = milliseconds{0}) {
    const attention_summary all = waiting > 0 ? parked({cause("pago", waiting, now - age)})
                                              : attention_summary{};
    const waiting_steps some = waiting_of(all, {});
    const auto what = decide(terms, some, told, now);
    if (!what)
      return "";
    const alert_memory next = after(told, *what, now);
    CHECK(told.last < next.last);
    told = read_alert_memory(to_json(next)); // as it comes back after a kill
    const json event = json::parse(alert_event("/s", told.last, *what, terms, some, now));
    CHECK(event["id"] == to_text(told.last));
    return event["type"].get<std::string>().substr(std::string{"sagas.atencion."}.size());
  }
};

} // namespace

TEST_CASE("the first that waits is told, once, and that nothing waits any more",
          "[http][webhook][alert]") {
  subscriber s;
  CHECK(s.look(0).empty());
  CHECK(s.look(3) == "primera");
  CHECK(s.look(3).empty());
  s.now += 24 * 60 * minute;
  CHECK(s.look(500).empty()); // no threshold is set
  CHECK(s.look(0) == "despejada");
  CHECK(s.look(0).empty());
  CHECK(s.look(1) == "primera");
}

TEST_CASE("a queue that comes and goes is told no faster than asked for, and is told",
          "[http][webhook][alert]") {
  subscriber s;
  CHECK(s.look(1) == "primera");
  CHECK(s.look(0) == "despejada");
  s.now += 9 * minute;
  CHECK(s.look(1).empty());
  CHECK(s.look(0).empty()); // nobody was told that there was one
  CHECK(s.look(1).empty());
  s.now += minute;
  CHECK(s.look(1) == "primera");
}

TEST_CASE("thresholds are told while they are exceeded, as often as asked for",
          "[http][webhook][alert]") {
  subscriber s;
  s.terms.count = 100;
  s.terms.age = 30 * minute;
  CHECK(s.look(100) == "primera"); // one thing at a time
  CHECK(s.look(100) == "umbral");
  CHECK(s.look(200).empty());
  s.now += 10 * minute;
  CHECK(s.look(99).empty());
  CHECK(s.look(1, 30 * minute) == "umbral");
  s.now += 10 * minute;
  CHECK(s.look(1, 40 * minute) == "umbral");
  s.now += 10 * minute;
  CHECK(s.look(1, 29 * minute).empty());
}

TEST_CASE("a clock that was set back holds no alert up", "[http][webhook][alert]") {
  subscriber s;
  CHECK(s.look(1) == "primera");
  CHECK(s.look(0) == "despejada");
  s.now -= 365 * 24 * 60 * minute;
  CHECK(s.look(1) == "primera");
}

TEST_CASE("who wants no alerts gets none", "[http][webhook][alert]") {
  subscriber s;
  s.terms.wanted = false;
  CHECK(s.look(7).empty());
}

TEST_CASE("only sagas of the types that are asked for count", "[http][webhook][alert]") {
  attention_summary all = parked({cause("pago", 3, noon), cause("viaje", 2, noon - minute)});
  all.others = 4;
  CHECK(waiting_of(all, {}).count == 9);
  CHECK(waiting_of(all, {}).oldest == noon - minute);
  CHECK(waiting_of(all, {}).whole);
  const waiting_steps some = waiting_of(all, {"pago"});
  CHECK(some.count == 3);
  CHECK(some.oldest == noon);
  CHECK_FALSE(some.whole); // some of the others may be of it
  CHECK(waiting_of(all, {"otro"}).count == 0);
}

TEST_CASE("an alert says what waits, since when, and why", "[http][webhook][alert]") {
  const attention_summary all = parked({cause("pago", 3, noon - minute)});
  const alert_terms terms{.wanted = true, .count = 2, .age = 2 * minute};
  const feed_position at = alert_position(noon);
  CHECK(is_alert(at));
  CHECK_FALSE(is_alert({1'000'000'000'000, 0}));
  const json event = json::parse(
    alert_event("/s", at, attention_alert::threshold, terms, waiting_of(all, {}), noon));
  CHECK(event["specversion"] == "1.0");
  CHECK(event["subject"] == "atencion");
  CHECK(event["sequence"] == sequence_of(at));
  const json& data = event["data"];
  CHECK(data["cuantas"] == 3);
  CHECK(data["completo"] == true);
  CHECK(data["segundos"] == 60.0);
  CHECK(data["umbrales"] == json{"cantidad"});
  REQUIRE(data["causas"].size() == 1);
  CHECK(data["causas"][0]["microservicio"] == "pagos");
  CHECK(data["causas"][0]["cuantas"] == 3);
}

TEST_CASE("what was told is nothing when it can't be read", "[http][webhook][alert]") {
  for (const char* text : {"", "{}", "7", R"({"abierta":1,"primera":"ayer"})"}) {
    const alert_memory read = read_alert_memory(text);
    CHECK_FALSE(read.open);
    CHECK_FALSE(read.first);
    CHECK(read.last == feed_position{});
  }
}
