// What waits for a person, from every kind of store.
#include <chrono>

#include "tests/persistence/backend.hpp"
#include "tests/persistence/feeder.hpp"

namespace sagas {
namespace {

using namespace test;

definition_ptr plan_of(const std::string& type, bool with_pivot = false) {
  auto a = step("a");
  auto b = step("b");
  auto c = step("c");
  a.compensation_retry.attempts = 1;
  if (with_pivot) {
    b.pivot = true;
    b.compensation.clear();
    c.compensation.clear();
  }
  auto made = std::make_shared<definition>(*sequence({a, b, c}));
  made->type = type;
  return made;
}

// Parked at the undo of a, after b was tried and given up.
feeder park_undo(store& to, const definition_ptr& plan, const saga_id& id, timestamp at = noon) {
  feeder saga{to, {.plan = plan, .id = id, .at = at}};
  saga.done(0);
  saga.lose(1);
  saga.wake();
  saga.refuse(1);
  saga.undone(1); // an attempt of b was unknown
  saga.lose(0, operation::compensation);
  REQUIRE(saga.state.header.status == saga_status::parked);
  return saga;
}

// Parked at c, behind the pivot, after two attempts of it.
feeder park_forward(store& to, const definition_ptr& plan, const saga_id& id, timestamp at = noon) {
  feeder saga{to, {.plan = plan, .id = id, .at = at}};
  saga.done(0);
  saga.done(1);
  saga.lose(2);
  saga.wake();
  saga.refuse(2);
  REQUIRE(saga.state.header.status == saga_status::parked);
  return saga;
}

saga_filter pages_of(std::size_t limit) {
  saga_filter filter;
  filter.limit = limit;
  return filter;
}

} // namespace

TEST_CASE("a parked saga is found with the attempt that it is parked at",
          "[persistence][queries]") {
  with_each_backend([](backend& on) {
    id_maker ids{1};
    const feeder back = park_undo(*on.writes, plan_of("venta"), ids.make(noon));
    const feeder forward = park_forward(*on.writes, plan_of("pago", true),
                                        ids.make(noon + milliseconds{1}));
    feeder running{*on.writes, {.plan = plan_of("venta"), .id = ids.make(noon + milliseconds{2})}};

    const auto page = on.reads->parked({});
    REQUIRE(page);
    CHECK_FALSE(page->next);
    REQUIRE(page->sagas.size() == 2);
    const parked_view& newest = page->sagas[0];
    CHECK(newest.saga.header.id == forward.state.header.id);
    REQUIRE(newest.at.size() == 1);
    CHECK(newest.at[0].name == "c");
    CHECK(newest.at[0].service == "svc_c");
    CHECK(newest.at[0].row.op == operation::action);
    CHECK(newest.at[0].row.attempt == 2);
    CHECK(newest.at[0].row.kind == outcome_kind::business_failure);
    CHECK(newest.at[0].row.error == "no hay saldo");
    CHECK(newest.at[0].row.ended == forward.now);
    CHECK(newest.at[0].row.input.empty());
    const parked_view& oldest = page->sagas[1];
    CHECK(oldest.saga.header.id == back.state.header.id);
    CHECK(oldest.saga.header.status == saga_status::parked);
    REQUIRE(oldest.at.size() == 1);
    CHECK(oldest.at[0].name == "a");
    CHECK(oldest.at[0].row.op == operation::compensation);
  });
}

TEST_CASE("what was decided is parked no more, and parked again at its newest attempt",
          "[persistence][queries]") {
  with_each_backend([](backend& on) {
    id_maker ids{1};
    feeder saga = park_undo(*on.writes, plan_of("venta"), ids.make(noon));
    saga.feed(operator_decided{
      saga.now, 0, decision::retry, {}, {"ana", "x"}, document{R"({"cuenta":"b"})"}});
    auto page = on.reads->parked({});
    REQUIRE(page);
    CHECK(page->sagas.empty());
    saga.lose(0, operation::compensation);
    page = on.reads->parked({});
    REQUIRE(page);
    REQUIRE(page->sagas.size() == 1);
    REQUIRE(page->sagas[0].at.size() == 1);
    CHECK(page->sagas[0].at[0].row.attempt == 2);

    // And the edited input is in force for who loads it.
    const auto stored = on.reads->stored(saga.state.header.id);
    REQUIRE(stored);
    REQUIRE(*stored);
    const auto again = rebuild(*saga.plan, **stored, saga.now);
    REQUIRE(again);
    CHECK(*again == saga.state);
    CHECK(again->steps[0].compensation.input.text() == R"({"cuenta":"b"})");
  });
}

TEST_CASE("a saga that is parked at no step is found without one", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    feeder saga{*on.writes, {.plan = plan_of("venta"), .id = first_id_at(noon)}};
    saga.feed(recovery_abandoned{noon});
    const auto page = on.reads->parked({});
    REQUIRE(page);
    REQUIRE(page->sagas.size() == 1);
    CHECK(page->sagas[0].at.empty());
    CHECK_FALSE(on.reads->stored(first_id_at(noon + milliseconds{1})).operator*());
  });
}

TEST_CASE("pages of what is parked give every saga once, by type too", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    id_maker ids{1};
    for (int i = 0; i < 70; ++i) // more than one statement asks for
      park_undo(*on.writes, plan_of(i % 2 ? "venta" : "pago"),
                ids.make(noon + std::chrono::seconds{i}));
    for (const std::string& type : {std::string{}, std::string{"venta"}}) {
      saga_filter filter = pages_of(66);
      filter.type = type;
      std::size_t found = 0;
      do {
        const auto page = on.reads->parked(filter);
        REQUIRE(page);
        for (const parked_view& saga : page->sagas) {
          CHECK(saga.at.size() == 1);
          CHECK((type.empty() || saga.saga.header.type == type));
        }
        found += page->sagas.size();
        filter.before = page->next;
      } while (filter.before);
      CHECK(found == (type.empty() ? 70 : 35));
    }
  });
}

} // namespace sagas
