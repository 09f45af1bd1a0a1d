// Time zones from the system's data, and runs in them minute by minute.
#include "app/time_zones.hpp"

#include <cstdlib>

#include "saga/cron_runs.hpp"
#include "support/catch.hpp"
#include "support/cron_oracle.hpp"

using namespace sagas;
using namespace sagas::test;
using std::chrono::minutes;

namespace {

timestamp utc(const char* text) { return parse_iso(text).value(); }

time_zone_ptr zone(const char* name) {
  const auto found = find_time_zone(name);
  INFO(name << " " << (found ? "" : found.error().message));
  REQUIRE(found);
  return *found;
}

} // namespace

TEST_CASE("the spans of a zone are those of its clocks", "[app][schedule]") {
  const auto madrid = zone("Europe/Madrid");
  CHECK(madrid->name() == "Europe/Madrid");
  const zone_span summer = madrid->at(utc("2026-07-01"));
  CHECK(summer.from == utc("2026-03-29T01:00Z"));
  CHECK(summer.until == utc("2026-10-25T01:00Z"));
  CHECK(summer.offset == minutes{120});
  for (const timestamp edge : {summer.from, summer.until - milliseconds{1}}) {
    CHECK(madrid->at(edge).from == summer.from);
    CHECK(madrid->at(edge).until == summer.until);
  }
  CHECK(madrid->at(summer.from - milliseconds{1}).until == summer.from);
  CHECK(madrid->at(summer.until).from == summer.until);
  CHECK(madrid->at(utc("2090-07-01")).offset == minutes{120}); // by rule, beyond the table

  const zone_span always = zone("UTC")->at(utc("2026-07-01"));
  CHECK(always.from == timestamp::min());
  CHECK(always.until == timestamp::max());
  CHECK(zone("Australia/Lord_Howe")->at(utc("2026-07-01")).offset == minutes{630});
  CHECK(zone("Asia/Kolkata")->at(utc("2026-07-01")).offset == minutes{330});
}

TEST_CASE("no run is left out or made up in the zones of the system", "[app][schedule]") {
  for (const char* name : {"UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata",
                           "Australia/Lord_Howe", "Pacific/Chatham", "Africa/Casablanca"})
    for (const char* text : {"*/30 * * * *", "30 2 * * *", "15,45 1-3 * * *", "0 */2 * * SUN"}) {
      INFO(text << " in " << name);
      const auto what = parse_cron(text);
      REQUIRE(what);
      const auto where = zone(name);
      const timestamp after = utc("2026-01-01"), until = utc("2026-12-31");
      std::vector<timestamp> found;
      run_search search{*what, *where, after};
      for (auto run = search.next(); run && *run <= until; run = search.next())
        found.push_back(*run);
      CHECK(found == runs_by_the_minute(*what, *where, after, until));
    }
}

TEST_CASE("a name that is no zone is told what to write", "[app][schedule]") {
  for (const char* name : {"", "Europa/Madrid", "Europe", "localtime", "/etc/passwd",
                           "../../../etc/passwd", "tzdata.zi", "Europe/Madrid "}) {
    INFO(name);
    const auto found = find_time_zone(name);
    REQUIRE_FALSE(found);
    CHECK_THAT(found.error().message, Catch::Matchers::Contains("such as \"Europe/Madrid\""));
  }
}

TEST_CASE("without zone data there is UTC, and the remedy", "[app][schedule]") {
  // NOLINTBEGIN(concurrency-mt-unsafe): one thread
  const char* const before = std::getenv("TZDIR");
  const std::string kept = before ? before : "";
  setenv("TZDIR", "/nowhere", 1);
  const auto found = find_time_zone("Europe/Madrid");
  const auto utc_zone = find_time_zone("UTC");
  before ? setenv("TZDIR", kept.c_str(), 1) : unsetenv("TZDIR");
  // NOLINTEND(concurrency-mt-unsafe)
  REQUIRE_FALSE(found);
  CHECK_THAT(found.error().message, Catch::Matchers::Contains("install the package tzdata"));
  CHECK(utc_zone);
}
