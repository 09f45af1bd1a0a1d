// Which counts of the statistics make up a range.
#include "persistence/periods.hpp"

#include <random>

#include "support/catch.hpp"

using namespace sagas;
using namespace std::chrono_literals;

namespace {

// How often a moment's counts are in the ranges: its hour, its day and all time together.
int times_counted(timestamp at, const std::vector<periods::range>& in) {
  int times = 0;
  for (const std::string& period : periods::of(at))
    for (const periods::range& range : in)
      times += period >= range.first && period < range.behind ? 1 : 0;
  return times;
}

const timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 2 / 27}};

} // namespace

TEST_CASE("a moment is counted in its hour, its day and all time", "[persistence]") {
  CHECK(periods::of(start + 11h + 59min)
        == std::array<std::string, 3>{"2026-02-27 11", "D2026-02-27", "TOTAL"});
}

TEST_CASE("every moment of a range is counted once, and none outside it", "[persistence]") {
  std::mt19937_64 chance{20261125};
  const auto any = [&chance] { return start + milliseconds{chance() % (6 * 86'400'000ULL)}; };
  for (int round = 0; round < 20'000; ++round) {
    std::optional<timestamp> since, until;
    if (chance() % 4 != 0)
      since = any();
    if (chance() % 4 != 0)
      until = any();
    const auto in = periods::between(since, until);
    REQUIRE(in.size() <= 3);
    const timestamp at = any();
    const bool inside = (!since || at >= std::chrono::floor<std::chrono::hours>(*since))
                        && (!until || at < std::chrono::ceil<std::chrono::hours>(*until));
    INFO(to_iso(at) << " in " << (since ? to_iso(*since) : "...") << " to "
                    << (until ? to_iso(*until) : "..."));
    REQUIRE(times_counted(at, in) == (inside ? 1 : 0));
  }
}

TEST_CASE("a month's statistics are its days and the hours at its ends", "[persistence]") {
  const auto in = periods::between(start + 9h, start + std::chrono::days{30} + 9h);
  REQUIRE(in.size() == 3);
  CHECK(in[0].first == "2026-02-27 09");
  CHECK(in[0].behind == "2026-02-28 00");
  CHECK(in[1].first == "D2026-02-28");
  CHECK(in[1].behind == "D2026-03-29");
  CHECK(in[2].first == "2026-03-29 00");
  CHECK(in[2].behind == "2026-03-29 09");
}
