// Schedules as they are written, kept, and what they owe.
#include "saga/schedule_runs.hpp"
#include "support/catch.hpp"
#include "table_zone.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

result<schedule> read(const std::string& text) {
  return read_schedule(json_value::parse(text), zone_by_name);
}

schedule each_minute(const std::string& more = "") {
  auto made = read(R"({"cron": "* * * * *", "tolerancia": "5m", "inicio": {"tipo": "copia"})" + more
                   + "}");
  REQUIRE(made);
  return *made;
}

std::string fault_at(const failure& why, std::string_view pointer) {
  for (const field_error& each : why.fields)
    if (each.pointer == pointer)
      return each.message;
  return "none";
}

const timestamp noon = utc("2026-06-01T12:00Z");

} // namespace

TEST_CASE("a schedule is read, with its defaults", "[saga][schedule]") {
  const auto made = read(R"({"cron": "0 9 * * *", "zona": "Europe/Madrid", "perdidas": "todas",
    "tolerancia": "1h", "pausado": true, "instante_en": "fecha",
    "inicio": {"tipo": "copia", "entrada": {"a": 1}}})");
  REQUIRE(made);
  CHECK(made->zone->name() == "Europe/Madrid");
  CHECK(made->missed == missed_policy::all);
  CHECK(made->tolerance == hours{1});
  CHECK(made->paused);
  CHECK(start_body(*made, noon).dump()
        == R"({"tipo":"copia","entrada":{"a":1,"fecha":"2026-06-01T12:00:00.000Z"}})");

  const schedule plain = each_minute();
  CHECK(plain.zone->name() == "UTC");
  CHECK(plain.missed == missed_policy::skip);
  CHECK_FALSE(plain.paused);
  CHECK(start_body(plain, noon).dump() == R"({"tipo":"copia"})");
  CHECK(start_body(each_minute(R"(, "instante_en": "t")"), noon).dump()
        == R"({"tipo":"copia","entrada":{"t":"2026-06-01T12:00:00.000Z"}})");
}

TEST_CASE("every fault of a schedule is told at once", "[saga][schedule]") {
  const auto made = read(R"({"cron": "0 25 * * *", "zona": "Europa/Madrid", "perdidas": "alguna",
    "tolerancia": "1s", "pausado": 1, "instante_en": "a", "inicio": {"entrada": {"a": 1}},
    "hora": 9})");
  REQUIRE_FALSE(made);
  const failure& why = made.error();
  CHECK_THAT(fault_at(why, "/cron"), Catch::Matchers::Contains("hour"));
  CHECK(fault_at(why, "/zona") == "there is no time zone Europa/Madrid");
  CHECK(fault_at(why, "/perdidas") == "must be omitir, una or todas");
  CHECK_THAT(fault_at(why, "/tolerancia"), Catch::Matchers::Contains("from 10s to 168h"));
  CHECK(fault_at(why, "/pausado") == "must be true or false");
  CHECK_THAT(fault_at(why, "/instante_en"), Catch::Matchers::Contains("already"));
  CHECK_THAT(fault_at(why, "/hora"), Catch::Matchers::Contains("unknown key"));

  const auto none = read("{}");
  REQUIRE_FALSE(none);
  CHECK_THAT(fault_at(none.error(), "/cron"), Catch::Matchers::Contains("is missing"));
  CHECK_THAT(fault_at(none.error(), "/inicio"), Catch::Matchers::Contains("is missing"));
  CHECK_FALSE(read("[]"));
}

TEST_CASE("a run has one key, whatever its schedule says by then", "[saga][schedule]") {
  CHECK(run_key("copia", noon).key == "sagas:cron/copia/2026-06-01T12:00:00.000Z");
  CHECK(run_key("copia", noon).fingerprint == run_key("otra", noon).fingerprint);
  CHECK(run_key(std::string(schedule_name_max, 'n'), noon).key.size() <= 200);
}

TEST_CASE("a schedule is kept with the instant from which it counts", "[saga][schedule]") {
  const json_value what = json_value::parse(R"({"cron": "@daily"})");
  const auto back = read_kept_schedule(to_document({noon, what}));
  REQUIRE(back);
  CHECK(back->from == noon);
  CHECK(back->document == what);
  for (const char* text : {"null", "[]", "{}", R"({"desde":"hoy","programa":{}})",
                           R"({"desde":"2026-06-01"})", R"({"desde":1,"programa":{}})"})
    CHECK_FALSE(read_kept_schedule(document{std::string{text}}));
}

TEST_CASE("a schedule counts anew when it runs at other times", "[saga][schedule]") {
  const schedule one = each_minute();
  CHECK(same_times(one, each_minute(R"(, "perdidas": "una", "instante_en": "t")")));
  CHECK_FALSE(same_times(one, each_minute(R"(, "zona": "Europe/Madrid")")));
  CHECK_FALSE(same_times(one, each_minute(R"(, "pausado": true)")));
  auto other = one;
  other.cron = *parse_cron("@daily");
  CHECK_FALSE(same_times(one, other));
}

TEST_CASE("what is due within the tolerance is started, whatever the policy", "[saga][schedule]") {
  const char* policy = GENERATE("omitir", "una", "todas");
  const schedule of = each_minute(R"(, "perdidas": ")" + std::string{policy} + "\"");
  const due_runs due = runs_due(of, noon - minutes{5}, noon + milliseconds{999});
  CHECK(due.given_up == 0);
  CHECK(due.handled == noon - minutes{5});
  CHECK(due.starts
        == std::vector{noon - minutes{4}, noon - minutes{3}, noon - minutes{2}, noon - minutes{1},
                       noon});
  CHECK(due.next == noon + minutes{1});
}

TEST_CASE("nothing is due before its time, nor twice", "[saga][schedule]") {
  const schedule of = each_minute();
  CHECK(runs_due(of, noon, noon).starts.empty());
  CHECK(runs_due(of, noon, noon + minutes{1} - milliseconds{1}).starts.empty());
  CHECK(runs_due(of, noon, noon + minutes{1}).starts == std::vector{noon + minutes{1}});
  const due_runs early = runs_due(of, noon, noon - hours{3}); // the clock was put back
  CHECK(early.starts.empty());
  CHECK(early.next == noon + minutes{1});
}

TEST_CASE("missed runs are treated as the schedule says", "[saga][schedule]") {
  const timestamp handled = noon - minutes{10}; // five are missed: 51 to 54, and 55 exactly is not
  SECTION("omitir") {
    const due_runs due = runs_due(each_minute(), handled, noon);
    CHECK(due.given_up == 4);
    CHECK(due.handled == noon - minutes{6});
    CHECK(due.starts.size() == 6);
    CHECK(due.starts.front() == noon - minutes{5});
  }
  SECTION("una") {
    const due_runs due = runs_due(each_minute(R"(, "perdidas": "una")"), handled, noon);
    CHECK(due.given_up == 3);
    CHECK(due.starts.size() == 7);
    CHECK(due.starts.front() == noon - minutes{6});
  }
  SECTION("todas") {
    const due_runs due = runs_due(each_minute(R"(, "perdidas": "todas")"), handled, noon);
    CHECK(due.given_up == 0);
    CHECK(due.handled == handled);
    CHECK(due.starts.size() == 10);
  }
}

TEST_CASE("after a long time away the newest thousand runs are started", "[saga][schedule]") {
  const auto policy = GENERATE(missed_policy::skip, missed_policy::one, missed_policy::all);
  schedule of = each_minute();
  of.missed = policy;
  timestamp handled = noon - std::chrono::days{10};
  std::uint64_t given_up = 0;
  std::vector<timestamp> starts;
  for (int looks = 0; looks < 20; ++looks) {
    const due_runs due = runs_due(of, handled, noon);
    CHECK(due.handled >= handled);
    handled = due.handled;
    given_up += due.given_up;
    starts = due.starts;
    if (due.next > noon)
      break;
    CHECK(starts.empty());
  }
  CHECK(given_up + starts.size() == 14'400);
  REQUIRE_FALSE(starts.empty());
  CHECK(starts.back() == noon);
  CHECK(starts.size()
        == (policy == missed_policy::skip  ? 6u
            : policy == missed_policy::one ? 7u
                                           : due_runs_max));
}

TEST_CASE("a schedule that is paused owes nothing", "[saga][schedule]") {
  const due_runs due = runs_due(each_minute(R"(, "pausado": true)"), noon - hours{9}, noon);
  CHECK(due.starts.empty());
  CHECK(due.given_up == 0);
  CHECK(due.next == std::nullopt);
}
