#include "chaos/plan.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::chaos;

namespace {

const std::vector<fault_kind> every_kind = *parse_kinds(all_of_sqlite);

std::vector<std::string> lines_of(const plan_options& how) {
  std::vector<std::string> lines;
  for (const fault& each : make_plan(how))
    lines.push_back(as_text(each));
  return lines;
}

std::ptrdiff_t count_of(const std::vector<fault>& plan, fault_kind what) {
  return std::count_if(plan.begin(), plan.end(),
                       [what](const fault& each) { return each.what == what; });
}

} // namespace

TEST_CASE("a seed gives its plan again, and another seed another one", "[chaos]") {
  const plan_options how{.seed = 7, .kills = 40, .kinds = every_kind};
  CHECK(lines_of(how) == lines_of(how));
  CHECK(lines_of(how) != lines_of({.seed = 8, .kills = 40, .kinds = every_kind}));
}

TEST_CASE("a plan holds its kills and every other kind", "[chaos]") {
  const auto plan = make_plan({.seed = 7, .kills = 3, .kinds = every_kind});
  CHECK(count_of(plan, fault_kind::kill) == 3);
  for (const fault_kind each : every_kind)
    CHECK(count_of(plan, each) >= 1);
}

TEST_CASE("a plan of kills alone kills now and then in recovery", "[chaos]") {
  const auto plan = make_plan({.seed = 7, .kills = 60, .kinds = {fault_kind::kill}});
  REQUIRE(plan.size() == 60);
  const auto again = std::count_if(plan.begin(), plan.end(),
                                   [](const fault& each) { return each.again.has_value(); });
  CHECK(again > 10);
  CHECK(again < 30);
}

TEST_CASE("without kills their number is that of the other faults", "[chaos]") {
  CHECK(make_plan({.seed = 7, .kills = 5, .kinds = {fault_kind::net}}).size() == 5);
}

TEST_CASE("every kind of fault belongs to a store", "[chaos]") {
  std::vector<fault_kind> all = *parse_kinds(all_of_mariadb);
  all.insert(all.end(), every_kind.begin(), every_kind.end());
  for (const std::string_view each : fault_names)
    CHECK(std::find(all.begin(), all.end(), parse_kinds(each)->front()) != all.end());
}

TEST_CASE("how long faults last can be told", "[chaos]") {
  const auto plan = make_plan({.seed = 7,
                               .kills = 9,
                               .kinds = {fault_kind::db_stop, fault_kind::commit, fault_kind::stop},
                               .lasts = milliseconds{30'000}});
  for (const fault& each : plan)
    CHECK(each.lasts.count() == (each.what == fault_kind::commit ? 0 : 30'000));
}

TEST_CASE("an unknown kind of fault is refused", "[chaos]") {
  CHECK_FALSE(parse_kinds("kill,flood"));
  CHECK(parse_kinds("kill,net")->size() == 2);
}
