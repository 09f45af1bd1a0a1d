// When cron expressions run where clocks are put forward and back; and that no run is left out or
// made up, by a comparison minute by minute.
#include <rapidcheck.h>

#include "saga/cron_runs.hpp"
#include "support/catch.hpp"
#include "support/cron_oracle.hpp"
#include "table_zone.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

std::vector<std::string> runs(const time_zone& zone, const char* cron, const char* after,
                              std::size_t count) {
  const auto what = parse_cron(cron);
  REQUIRE(what);
  run_search search{*what, zone, utc(after)};
  std::vector<std::string> found;
  while (found.size() < count)
    if (const auto run = search.next())
      found.push_back(to_iso(*run).substr(0, 16));
    else
      break;
  return found;
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("runs follow the clocks of their zone", "[saga][cron]") {
  CHECK(runs(utc_zone, "0 9 * * MON-FRI", "2026-01-30T09:00Z", 2)
        == texts{"2026-02-02T09:00", "2026-02-03T09:00"});
  CHECK(runs(madrid, "0 9 * * *", "2026-03-28T00:00Z", 2)
        == texts{"2026-03-28T08:00", "2026-03-29T07:00"});
  CHECK(runs(kolkata, "0 0 1 * *", "2026-01-31T00:00Z", 1) == texts{"2026-01-31T18:30"});
  CHECK(runs(new_york, "0 0 * * *", "2026-07-01T00:00Z", 1) == texts{"2026-07-01T04:00"});
}

TEST_CASE("a set time in the gap runs right behind it, once", "[saga][cron]") {
  CHECK(runs(madrid, "30 2 * * *", "2026-03-28T01:30Z", 3)
        == texts{"2026-03-29T01:00", "2026-03-30T00:30", "2026-03-31T00:30"});
  CHECK(runs(madrid, "0,30 2,3 * * *", "2026-03-29T00:00Z", 3)
        == texts{"2026-03-29T01:00", "2026-03-29T01:30", "2026-03-30T00:00"});
  CHECK(runs(new_york, "15 2 8 3 *", "2026-01-01T00:00Z", 1) == texts{"2026-03-08T07:00"});
  CHECK(runs(lord_howe, "15 2 4 10 *", "2026-01-01T00:00Z", 1) == texts{"2026-10-03T15:30"});
  CHECK(runs(apia, "0 12 30 12 *", "2011-06-01T00:00Z", 1) == texts{"2011-12-30T10:00"});
  CHECK(runs(madrid, "30 2 * * *", "2026-03-29T01:00Z", 1) == texts{"2026-03-30T00:30"});
}

TEST_CASE("a set time that the clocks show twice runs the first time", "[saga][cron]") {
  CHECK(runs(madrid, "30 2 * * *", "2026-10-24T12:00Z", 2)
        == texts{"2026-10-25T00:30", "2026-10-26T01:30"});
  CHECK(runs(madrid, "30 2 * * *", "2026-10-25T00:30Z", 1) == texts{"2026-10-26T01:30"});
  CHECK(runs(madrid, "30 2 * * *", "2026-10-25T01:10Z", 1) == texts{"2026-10-26T01:30"});
  CHECK(runs(new_york, "0,30 1 1 11 *", "2026-10-01T00:00Z", 3)
        == texts{"2026-11-01T05:00", "2026-11-01T05:30", "2027-11-01T06:00"});
  CHECK(runs(lord_howe, "45 1 5 4 *", "2026-01-01T00:00Z", 1) == texts{"2026-04-04T14:45"});
}

TEST_CASE("what comes every so often follows the time that passes", "[saga][cron]") {
  CHECK(runs(madrid, "0,30 * * * *", "2026-10-24T23:30Z", 6)
        == texts{"2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30",
                 "2026-10-25T02:00", "2026-10-25T02:30"});
  CHECK(runs(madrid, "*/30 2 * * *", "2026-03-28T01:30Z", 1) == texts{"2026-03-30T00:00"});
  CHECK(runs(madrid, "*/30 * * * *", "2026-03-29T00:00Z", 3)
        == texts{"2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"});
  CHECK(runs(lord_howe, "45 * * * *", "2026-04-04T14:00Z", 3)
        == texts{"2026-04-04T14:45", "2026-04-04T15:15", "2026-04-04T16:15"});
}

TEST_CASE("what is rare is found, however far away", "[saga][cron]") {
  const auto rare = parse_cron("0 0 29 2 */6"); // on a Sunday or a Saturday; 2100 is no leap year
  REQUIRE(rare);
  CHECK(next_run(*rare, utc_zone, utc("2026-01-01T00:00Z")) == utc("2032-02-29T00:00Z"));
  CHECK(next_run(*rare, utc_zone, utc("2088-02-29T00:00Z")) == utc("2116-02-29T00:00Z"));
  CHECK(next_run(*rare, madrid, utc("2088-02-29T00:00Z")) == utc("2116-02-28T22:00Z"));
}

TEST_CASE("no run is left out or made up", "[saga][cron][properties]") {
  const std::vector<std::string> minute{"*", "0", "30", "*/7", "15-45/10", "59", "0,1,2"};
  const std::vector<std::string> hour{"*", "0", "1", "2", "3", "1-3", "*/2", "23", "2,14"};
  const std::vector<std::string> day{"*", "29", "25", "1,8", "*/3", "4-5"};
  const std::vector<std::string> month{"*", "3,4", "10-11"};
  const std::vector<std::string> weekday{"*", "SUN", "MON-FRI", "*/2"};
  const std::vector<const table_zone*> zones{&utc_zone, &kolkata, &madrid, &new_york, &lord_howe};
  const std::vector<std::string> near{"2026-03-07", "2026-03-28", "2026-04-03",
                                      "2026-10-02", "2026-10-24", "2026-10-31"};
  const bool held = rc::check("as minute by minute", [&] {
    const auto one_of = [](const auto& from) { return *rc::gen::elementOf(from); };
    const std::string text = one_of(minute) + " " + one_of(hour) + " " + one_of(day) + " "
                             + one_of(month) + " " + one_of(weekday);
    const table_zone& zone = *one_of(zones);
    const timestamp after = utc(one_of(near).c_str()) + minutes{*rc::gen::inRange(0, 2'880)};
    const timestamp until = after + std::chrono::days{2};
    RC_LOG() << text << " in " << zone.name() << " after " << to_iso(after);
    const auto what = parse_cron(text);
    RC_ASSERT(what);
    std::vector<timestamp> found;
    run_search search{*what, zone, after};
    for (auto run = search.next(); run && *run <= until; run = search.next())
      found.push_back(*run);
    RC_ASSERT(found == runs_by_the_minute(*what, zone, after, until));
    for (std::size_t i = 1; i < found.size(); ++i) // wherever a search begins, it says the same
      RC_ASSERT(next_run(*what, zone, found[i - 1]) == found[i]);
  });
  CHECK(held);
}
