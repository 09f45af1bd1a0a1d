// Reading cron expressions, and the days and minutes that they match.
#include "saga/cron.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace std::chrono;

namespace {

cron_expression cron(const char* text) {
  const auto read = parse_cron(text);
  INFO(text << ": " << (read ? "" : read.error().message));
  REQUIRE(read);
  return *read;
}

std::string fault_of(const char* text) {
  const auto read = parse_cron(text);
  return read ? "none" : read.error().message;
}

wall_minute at(int y, unsigned m, unsigned d, int hour, int minute) {
  return local_days{year{y} / month{m} / day{d}} + hours{hour} + minutes{minute};
}

} // namespace

TEST_CASE("a cron expression says which minutes match", "[saga][cron]") {
  const auto weekdays = cron("0 9 * * MON-FRI");
  CHECK(matches(weekdays, at(2026, 1, 30, 9, 0)));       // Friday
  CHECK_FALSE(matches(weekdays, at(2026, 1, 31, 9, 0))); // Saturday
  CHECK_FALSE(matches(weekdays, at(2026, 1, 30, 9, 1)));
  const auto steps = cron("5-59/20 */6 1,15 jan-Mar *");
  for (const int minute : {5, 25, 45})
    CHECK(matches(steps, at(2026, 3, 15, 18, minute)));
  CHECK_FALSE(matches(steps, at(2026, 3, 15, 18, 0)));
  CHECK_FALSE(matches(steps, at(2026, 4, 15, 18, 5)));
}

TEST_CASE("a day restricted by date and by weekday needs one of them", "[saga][cron]") {
  const auto either = cron("0 0 13 * FRI");
  CHECK(matches(either, at(2026, 1, 13, 0, 0))); // Tuesday
  CHECK(matches(either, at(2026, 1, 16, 0, 0))); // Friday
  CHECK_FALSE(matches(either, at(2026, 1, 14, 0, 0)));
  const auto both = cron("0 0 */2 * FRI"); // a star restricts nothing, so that both count
  CHECK(matches(both, at(2026, 1, 9, 0, 0)));
  CHECK_FALSE(matches(both, at(2026, 1, 16, 0, 0)));
  CHECK_FALSE(matches(both, at(2026, 1, 13, 0, 0)));
}

TEST_CASE("the same is said in several ways", "[saga][cron]") {
  CHECK(cron("0 0 * * 7") == cron("0 0 * * SUN"));
  CHECK(cron("0 0 * * 5-7") == cron("0 0 * * 0,5,6"));
  CHECK(cron("0 0 * * FRI-SUN") == cron("0 0 * * 0,5,6"));
  CHECK(cron("@hourly") == cron("0 * * * *"));
  CHECK(cron("@daily") == cron("0 0 * * *"));
  CHECK(cron("@Midnight") == cron("@daily"));
  CHECK(cron("@weekly") == cron("0 0 * * SUN"));
  CHECK(cron("@monthly") == cron("0 0 1 * *"));
  CHECK(cron("@yearly") == cron("0 0 1 JAN *"));
  CHECK(cron("@annually") == cron("@yearly"));
  CHECK(cron(" 0\t0  * * * ") == cron("@daily"));
}

TEST_CASE("stars in minute or hour make it periodic", "[saga][cron]") {
  for (const char* text : {"* * * * *", "*/5 3 * * *", "0 * * * *", "0 */2 1 * *", "@hourly"})
    CHECK(cron(text).periodic);
  for (const char* text : {"0 3 * * *", "0-59 0-23 * * *", "0-59/5 3 * * *", "@daily"})
    CHECK_FALSE(cron(text).periodic);
}

TEST_CASE("a wrong cron expression is told with its field and what to do", "[saga][cron]") {
  struct wrong {
    const char* text;
    const char* fault;
  };
  const auto given = GENERATE(
    wrong{"", "has 0 fields"}, wrong{"0 9 * *", "has 4 fields"},
    wrong{"0 0 9 * * MON", "no seconds"}, wrong{"@reboot", "there are @hourly"},
    wrong{"60 * * * *", "minute \"60\": \"60\" is not 0 to 59"},
    wrong{"0 24 * * *", "hour \"24\": \"24\" is not 0 to 23"},
    wrong{"0 0 0 * *", "day of month \"0\": \"0\" is not 1 to 31"},
    wrong{"0 0 * ENE *", "month \"ene\": \"ene\" is not 1 to 12 and no name such as MON or JAN"},
    wrong{"0 0 * * 8", "weekday"}, wrong{"0 0 ? * *", "write *"}, wrong{"0 0 l * *", "write *"},
    wrong{"0 0 * * 1#2", "write *"}, wrong{"0 22-5 * * *", "write \"22-5\" as two"},
    wrong{"5/10 * * * *", "write 5-59/10"}, wrong{"*/0 * * * *", "must be 1 to 59"},
    wrong{"*/90 * * * *", "cron can't say more"}, wrong{"*/x * * * *", "step \"x\""},
    wrong{"1,,2 * * * *", "\"\" is not"}, wrong{"1- * * * *", "\"\" is not"},
    wrong{"-1 * * * *", "\"\" is not"}, wrong{"+1 * * * *", "\"+1\" is not"},
    wrong{"99999999999 * * * *", "is not 0 to 59"}, wrong{"*-5 * * * *", "\"*\" is not"});
  INFO(given.text);
  CHECK_THAT(fault_of(given.text), Catch::Matchers::Contains(given.fault));
  CHECK(fault_of(std::string(300, '*').c_str()) == "longer than 200 bytes");
}

TEST_CASE("what never comes is refused, and what is rare is not", "[saga][cron]") {
  for (const char* text : {"0 0 31 FEB *", "0 0 30 2 *", "0 0 31 4,6,9,11 *"})
    CHECK_THAT(fault_of(text), Catch::Matchers::Contains("never comes"));
  const wall_minute from = at(2026, 1, 1, 0, 0);
  const wall_minute until = from + days{50 * 365};
  CHECK(first_match(cron("0 0 29 2 *"), from, until) == at(2028, 2, 29, 0, 0));
  CHECK(first_match(cron("0 0 31 2 MON"), from, until) == at(2026, 2, 2, 0, 0));
  CHECK(first_match(cron("0 0 29 2 */6"), from, until) == at(2032, 2, 29, 0, 0)); // Sunday
}

TEST_CASE("the first match lies between its bounds", "[saga][cron]") {
  const auto nine = cron("0 9 * * *");
  const wall_minute run = at(2026, 1, 31, 9, 0);
  CHECK(first_match(nine, run, run + minutes{1}) == run);
  CHECK(first_match(nine, run - hours{9}, run) == std::nullopt);
  CHECK(first_match(nine, run + minutes{1}, run + days{2}) == run + days{1});
  CHECK(first_match(nine, run + minutes{1}, run) == std::nullopt);
  CHECK(first_match(cron("30 23 31 12 *"), run, run + days{366}) == at(2026, 12, 31, 23, 30));
}
