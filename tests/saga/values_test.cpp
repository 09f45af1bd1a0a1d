// The small values: times, ids, words.
#include <set>

#include "saga/feed.hpp"
#include "saga/ids.hpp"
#include "saga/status.hpp"
#include "saga/time.hpp"
#include "support/catch.hpp"

using namespace sagas;

namespace {
const timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}
                     + std::chrono::hours{12} + milliseconds{7}};
}

TEST_CASE("times are written as ISO 8601 UTC with milliseconds", "[saga]") {
  REQUIRE(to_iso(noon) == "2026-01-31T12:00:00.007Z");
  REQUIRE(parse_iso(to_iso(noon)) == noon);
}

TEST_CASE("times are read in the forms of ISO 8601", "[saga]") {
  const timestamp whole{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
  REQUIRE(parse_iso("2026-01-31") == whole);
  REQUIRE(parse_iso("2026-01-31T00:00") == whole);
  REQUIRE(parse_iso("2026-01-31 00:00:00") == whole);
  REQUIRE(parse_iso("2026-01-31T01:30:00+01:30") == whole);
  REQUIRE(parse_iso("2026-01-30T19:00:00-0500") == whole);
  REQUIRE(parse_iso("2026-01-31T12:00:00.0079999Z") == noon);
}

TEST_CASE("what is no time is refused", "[saga]") {
  for (const char* text :
       {"", "hoy", "2026", "2026-02-30", "2026-13-01", "2026-01-31T", "2026-1-3",
        "2026-01-31T25:00", "2026-01-31T12:60", "2026-01-31T12:00:60", "2026-01-31T12:00:00.",
        "2026-01-31T12:00:00Zx", "2026-01-31T12:00:00+25:00", "2026-01-31T12:00+",
        "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"})
    CHECK_FALSE(parse_iso(text));
}

TEST_CASE("saga ids are UUIDs of version 7 that rise strictly", "[saga]") {
  id_maker maker{42};
  saga_id last{};
  for (int i = 0; i < 20'000; ++i) {
    // The clock stands still, and once it steps back.
    const saga_id id = maker.make(i < 10'000 ? noon : noon - std::chrono::hours{1});
    REQUIRE(id > last);
    REQUIRE(to_text(id) > to_text(last));
    last = id;
  }
  const std::string text = to_text(last);
  REQUIRE(text.size() == 36);
  REQUIRE(text[14] == '7');
  REQUIRE(std::string{"89ab"}.find(text[19]) != std::string::npos);
  REQUIRE(parse_saga_id(text) == last);
}

TEST_CASE("a time range is an id range", "[saga]") {
  id_maker maker{1};
  const saga_id id = maker.make(noon);
  REQUIRE(made_at(id) == noon);
  REQUIRE(first_id_at(noon) <= id);
  REQUIRE(id < first_id_at(noon + milliseconds{1}));
}

TEST_CASE("what is no UUID is refused", "[saga]") {
  for (const char* text :
       {"", "x", "0198c0de-0000-7000-8000-00000000000", "0198c0de-0000-7000-8000-0000000000000",
        "0198c0de00000-7000-8000-000000000000", "0198c0dg-0000-7000-8000-000000000000"})
    CHECK_FALSE(parse_saga_id(text));
}

TEST_CASE("step ids are stable, of version 8 and distinct in a saga", "[saga]") {
  id_maker maker{7};
  const saga_id saga = maker.make(noon);
  std::set<saga_id> seen{saga};
  for (std::size_t step = 0; step < 200; ++step) {
    REQUIRE(seen.insert(step_id(saga, step)).second);
    REQUIRE(to_text(step_id(saga, step))[14] == '8');
  }
  REQUIRE(step_id(saga, 3) == step_id(saga, 3));
}

TEST_CASE("every word of the wire is read back as what it was", "[saga]") {
  for (int i = 0; i < saga_status_count; ++i) {
    const auto status = static_cast<saga_status>(i);
    REQUIRE(parse_saga_status(to_text(status)) == status);
  }
  for (int i = 0; i < 7; ++i)
    REQUIRE(parse_step_status(to_text(static_cast<step_status>(i))) == static_cast<step_status>(i));
  for (int i = 0; i < 5; ++i) {
    const auto kind = static_cast<outcome_kind>(i);
    const auto cause = static_cast<turn_cause>(i);
    REQUIRE(parse_outcome_kind(to_text(kind)) == kind);
    REQUIRE(parse_turn_cause(to_text(cause)) == cause);
  }
  for (int i = 0; i < 2; ++i) {
    REQUIRE(parse_operation(to_text(static_cast<operation>(i))) == static_cast<operation>(i));
    REQUIRE(parse_direction(to_text(static_cast<direction>(i))) == static_cast<direction>(i));
  }
  REQUIRE_FALSE(parse_saga_status("completada"));
  REQUIRE_FALSE(parse_step_status(""));
}

TEST_CASE("a feed position is read back, and nothing else is", "[saga]") {
  const feed_position at{12, 3};
  REQUIRE(parse_feed_position(to_text(at)) == at);
  for (const char* text : {"", "12", "12-", "-3", "12-3x", "x-3", "-1-3", "99999999999999999999-1"})
    CHECK_FALSE(parse_feed_position(text));
}
