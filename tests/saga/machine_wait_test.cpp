// Steps that wait for a signal or for a time.
#include "saga/builder.hpp"
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

using std::chrono::hours;

step_definition waiting(const std::string& name, wait_terms terms) {
  step_definition made;
  made.name = name;
  made.service = wait_service;
  made.wait = std::move(terms);
  return made;
}

wait_terms for_signal(milliseconds span = {}) {
  wait_terms terms;
  terms.signal = "aprobada";
  terms.span = span;
  return terms;
}

wait_terms for_time(milliseconds span) {
  wait_terms terms;
  terms.span = span;
  return terms;
}

// a, then a wait for "aprobada", then b.
driver approval(wait_terms terms) {
  driver saga{sequence({step("a"), waiting("visto", std::move(terms)), step("b")})};
  saga.start();
  return saga;
}

signal_received signal(const driver& to, std::string content, std::string name = "aprobada") {
  return {to.now, std::move(name), document{std::move(content)}, {}};
}

} // namespace

TEST_CASE("a step that waits calls nobody, and its signal is its output", "[saga]") {
  driver saga = approval(for_signal());
  REQUIRE(saga.done(0).empty());
  CHECK(saga.status(1) == step_status::running);
  CHECK_FALSE(wakes_at(*saga.plan, saga.state));
  const auto calls = saga.feed(signal(saga, R"({"por":"ana"})"));
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].step == 2);
  CHECK(saga.state.steps[1].output.text() == R"({"por":"ana"})");
  saga.done(2);
  CHECK(saga.status() == saga_status::completed);
}

TEST_CASE("a signal that comes early is kept until its turn", "[saga]") {
  driver saga = approval(for_signal());
  CHECK(saga.feed(signal(saga, R"({"n":1})")).empty());
  CHECK(saga.status(1) == step_status::pending);
  const auto calls = saga.done(0);
  REQUIRE(calls.size() == 1); // the wait was over at once
  CHECK(calls[0].step == 2);
  CHECK(saga.rows.stored.steps.size() == 3);
}

TEST_CASE("a signal may come again, but not another one of its name", "[saga]") {
  driver saga = approval(for_signal());
  saga.feed(signal(saga, R"({"a":1,"b":2})"));
  CHECK(saga.refused(signal(saga, R"({"b": 2, "a": 1})")) == errc::stale);
  CHECK(saga.refused(signal(saga, R"({"a":2})")) == errc::conflict);
  saga.done(0);
  CHECK(saga.refused(signal(saga, R"({"a":1,"b":2})")) == errc::stale);
  CHECK(saga.refused(signal(saga, R"({"a":2})")) == errc::conflict);
  CHECK(saga.refused(signal(saga, "{}", "otra")) == errc::not_found);
  saga.done(2);
  CHECK(has_heard(*saga.plan, saga.rows.stored, "aprobada", document{R"({"b":2,"a":1})"}));
  CHECK_FALSE(has_heard(*saga.plan, saga.rows.stored, "aprobada", document{R"({"a":2})"}));
}

TEST_CASE("a signal that does not come in time fails its step", "[saga]") {
  driver saga = approval(for_signal(hours{48}));
  saga.done(0);
  CHECK(wakes_at(*saga.plan, saga.state) == noon + hours{48});
  saga.now += hours{47};
  CHECK(saga.refused(time_passed{saga.now}) == errc::stale);
  const auto calls = saga.wake();
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].op == operation::compensation);
  CHECK(saga.refused(signal(saga, "{}")) == errc::conflict);
  saga.undone(0);
  CHECK(saga.status() == saga_status::compensated);
  CHECK(saga.state.header.error == "visto: no llegó la señal aprobada en su plazo");
}

TEST_CASE("a wait that may lapse goes on without its signal", "[saga]") {
  wait_terms terms = for_signal(hours{1});
  terms.lapse_is_fine = true;
  driver saga = approval(terms);
  saga.done(0);
  CHECK(saga.wake().size() == 1);
  CHECK(saga.state.steps[1].output.text() == R"({"vencida":true})");
}

TEST_CASE("a wait for a time is over when it has passed, and a restart does not lengthen it",
          "[saga]") {
  driver saga = approval(for_time(hours{24}));
  saga.done(0);
  const auto again = rebuild(*saga.plan, saga.rows.stored, noon + hours{20});
  REQUIRE(again);
  CHECK(wakes_at(*saga.plan, *again) == noon + hours{24});
  CHECK(saga.wake().size() == 1);
}

TEST_CASE("a saga that turns back waits for nothing any more", "[saga]") {
  driver saga = approval(for_signal());
  SECTION("while it waits") {
    saga.done(0);
    const auto calls = saga.feed(cancel_requested{saga.now, {"ana", ""}});
    REQUIRE(calls.size() == 1);
    CHECK(saga.refused(signal(saga, "{}")) == errc::conflict);
  }
  SECTION("with an early signal") {
    saga.feed(signal(saga, "{}"));
    saga.feed(cancel_requested{saga.now, {"ana", ""}});
    saga.done(0);
  }
  CHECK(saga.status(1) == step_status::skipped);
  saga.undone(0);
  CHECK(saga.status() == saga_status::cancelled);
}

TEST_CASE("a signal counts while the saga is paused, and what follows waits for the resumption",
          "[saga]") {
  driver saga = approval(for_signal(hours{1}));
  saga.done(0);
  saga.feed(pause_requested{saga.now, {}});
  CHECK_FALSE(wakes_at(*saga.plan, saga.state));
  SECTION("it comes") {
    CHECK(saga.feed(signal(saga, "{}")).empty());
    CHECK(saga.feed(resume_requested{saga.now, {}}).size() == 1);
  }
  SECTION("its time runs out") {
    saga.now += hours{2};
    CHECK(saga.feed(resume_requested{saga.now, {}}).empty());
    CHECK(saga.wake().size() == 1);
    CHECK(saga.status() == saga_status::compensating);
  }
}

TEST_CASE("behind the pivot a wait that lapses parks, and may be waited for again", "[saga]") {
  auto pivot = step("pago");
  pivot.pivot = true;
  pivot.compensation.clear();
  driver saga{sequence({pivot, waiting("visto", for_signal(hours{1}))})};
  saga.start();
  saga.done(0);
  saga.wake();
  REQUIRE(saga.status() == saga_status::parked);
  saga.feed(operator_decided{saga.now, 1, decision::retry, {}, {"ana", "llega mañana"}});
  CHECK(wakes_at(*saga.plan, saga.state) == saga.now + hours{1});
  saga.feed(signal(saga, "{}"));
  CHECK(saga.status() == saga_status::completed);
}

TEST_CASE("a wait up to a date takes it from the saga, and fails without one", "[saga]") {
  const auto plan = definition_builder("campania")
                      .wait("inicio", R"({"hasta":"${entrada.fecha_inicio}"})")
                      .step("abrir", "svc")
                      .build();
  REQUIRE(plan);
  driver saga{*plan};
  SECTION("a date") {
    saga.state.header.input = document{R"({"fecha_inicio":"2026-01-05T09:00:00Z"})"};
    saga.start();
    CHECK(wakes_at(**plan, saga.state) == parse_iso("2026-01-05T09:00:00Z"));
    CHECK(saga.wake().size() == 1);
  }
  SECTION("no date") {
    saga.state.header.input = document{R"({"fecha_inicio":"pronto"})"};
    saga.start();
    CHECK(saga.wake().empty());
    CHECK(saga.status() == saga_status::failed);
  }
}

TEST_CASE("a wait that is wrongly defined is refused by name", "[saga]") {
  const auto faults = [](std::string_view wait) {
    const auto made = definition_builder("x").wait("e", wait).build();
    return made ? std::string{} : made.error().fields.front().pointer;
  };
  CHECK(faults(R"({"senal":"s"})").empty());
  CHECK(faults(R"({"tiempo":"2d"})").empty());
  CHECK(faults(R"({})") == "/pasos/0/espera");
  CHECK(faults(R"({"tiempo":"2d","hasta":"x"})") == "/pasos/0/espera/hasta");
  CHECK(faults(R"({"senal":"s","al_vencer":"continuar"})") == "/pasos/0/espera/al_vencer");
  CHECK(faults(R"({"senal":"s","plazo":"1h","al_vencer":"nada"})") == "/pasos/0/espera/al_vencer");
  CHECK(faults(R"({"senal":"s","otra":1})") == "/pasos/0/espera/otra");
  const auto twice =
    definition_builder("x").wait("e", R"({"senal":"s"})").wait("f", R"({"senal":"s"})").build();
  REQUIRE_FALSE(twice);
  CHECK(twice.error().fields.front().pointer == "/pasos/1/espera/senal");
  const auto undone =
    definition_builder("x").wait("e", R"({"senal":"s"})").compensation("u").build();
  REQUIRE_FALSE(undone);
  CHECK(undone.error().fields.front().pointer == "/pasos/0/compensacion");
}

TEST_CASE("a participant's report settles the attempt in flight, whichever it is", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  const auto report = [&](std::size_t at, outcome_kind kind, std::string output = "{}") {
    return result_reported{
      saga.now, at, operation::action, {kind, document{std::move(output)}, {}, "no hay", {}}};
  };
  saga.lose(0);
  CHECK(saga.refused(report(0, outcome_kind::done)) == errc::conflict); // given up for now
  saga.wake();
  saga.answer(0, operation::action, {outcome_kind::still_running, {}, {}, {}, saga.now + hours{5}});
  CHECK(saga.feed(report(0, outcome_kind::done, R"({"n":1})")).size() == 1);
  CHECK(saga.refused(report(0, outcome_kind::done, R"({"n": 1})")) == errc::stale);
  CHECK(saga.refused(report(0, outcome_kind::done, R"({"n":2})")) == errc::conflict);
  CHECK(saga.refused(report(0, outcome_kind::business_failure)) == errc::conflict);
  CHECK(saga.feed(report(1, outcome_kind::business_failure)).size() == 1);
  CHECK(saga.status() == saga_status::compensating);
  saga.feed(result_reported{
    saga.now, 0, operation::compensation, {outcome_kind::done, document{"{}"}, {}, {}, {}}});
  CHECK(saga.status() == saga_status::compensated);
}

TEST_CASE("a step that waits takes no report", "[saga]") {
  driver saga = approval(for_signal());
  saga.done(0);
  CHECK(saga.refused(
          result_reported{saga.now, 1, operation::action, {outcome_kind::done, {}, {}, {}, {}}})
        == errc::conflict);
}
