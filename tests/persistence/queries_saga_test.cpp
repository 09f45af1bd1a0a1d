// What the queries say about one saga, and about the newest ones.
#include <algorithm>

#include "tests/persistence/backend.hpp"
#include "tests/persistence/feeder.hpp"

namespace sagas {
namespace {

using namespace test;

definition_ptr plan() { return sequence({step("uno"), step("dos")}, std::chrono::seconds{600}); }

saga_id id_at(int second) { return first_id_at(noon + std::chrono::seconds{second}); }

feeder started(backend& on, int second, const std::string& campaign = {}) {
  return {*on.writes,
          {.plan = plan(),
           .id = id_at(second),
           .at = noon + std::chrono::seconds{second},
           .campaign = campaign,
           .user = "ana"}};
}

saga_header without_input(saga_header header) {
  header.input = {};
  return header;
}

} // namespace

TEST_CASE("a saga is read as the machine has it", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    feeder saga = started(on, 0, "camp-1");
    saga.done(0);
    saga.refuse(1);
    const auto read = on.reads->saga(id_at(0));
    REQUIRE(read);
    REQUIRE(*read);
    CHECK((*read)->header == without_input(saga.state.header));
    CHECK((*read)->steps_completed == 1);
    CHECK(*on.reads->status_of(id_at(0)) == saga_status::compensating);
    saga.undone(0);
    CHECK(*on.reads->status_of(id_at(0)) == saga_status::compensated);
    CHECK((*on.reads->saga(id_at(0)))->header == without_input(saga.state.header));
  });
}

TEST_CASE("a saga that is not there reads as nothing", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    started(on, 0);
    CHECK_FALSE(*on.reads->saga(id_at(1)));
    CHECK_FALSE(*on.reads->status_of(id_at(1)));
    CHECK(on.reads->steps(id_at(1))->empty());
    CHECK(on.reads->history(id_at(1))->empty());
  });
}

TEST_CASE("a saga's steps are its attempts in order of execution", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    feeder saga = started(on, 0);
    saga.lose(0);
    saga.wake();
    saga.done(0);
    saga.refuse(1);
    const auto steps = on.reads->steps(id_at(0));
    REQUIRE(steps);
    REQUIRE(steps->size() == 4);
    const step_view& second = (*steps)[1];
    CHECK(second.name == "uno");
    CHECK(second.service == "svc_uno");
    CHECK(second.step_id == to_text(step_id(id_at(0), 0)));
    CHECK(second.row.order == 2);
    CHECK(second.row.attempt == 2);
    CHECK(second.row.status == step_status::completed);
    CHECK(second.row.output == document{R"({"paso":0})"});
    CHECK_FALSE(second.row.input.empty());
    CHECK(second.row.ended == second.row.started + milliseconds{10});
    CHECK((*steps)[0].row.kind == outcome_kind::unknown);
    CHECK((*steps)[0].row.error == "sin respuesta");
    CHECK((*steps)[2].row.kind == outcome_kind::business_failure);
    CHECK((*steps)[3].row.op == operation::compensation);
    CHECK((*steps)[3].row.status == step_status::compensating);
    CHECK_FALSE((*steps)[3].row.ended);
    CHECK((*steps)[3].row.order == 4);
  });
}

TEST_CASE("a saga's history says who decided what", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    feeder saga = started(on, 0);
    saga.feed(pause_requested{saga.now, {"ana", "revisión"}});
    saga.feed(resume_requested{saga.now, {"eva", ""}});
    const auto history = on.reads->history(id_at(0));
    REQUIRE(history);
    REQUIRE(history->size() == 2);
    CHECK((*history)[0] == history_row{saga.now, "pausada", "", "ana", "revisión"});
    CHECK((*history)[1] == history_row{saga.now, "reanudada", "", "eva", ""});
  });
}

TEST_CASE("the active sagas are those that have not ended, newest first",
          "[persistence][queries]") {
  with_each_backend([](backend& on) {
    started(on, 0).complete();
    for (int second = 1; second <= 5; ++second)
      started(on, second);
    feeder parked = started(on, 6);
    parked.feed(recovery_abandoned{parked.now});
    const auto page = on.reads->active(3);
    REQUIRE(page);
    CHECK(page->total == 6);
    REQUIRE(page->sagas.size() == 3);
    CHECK(page->sagas[0].header.id == id_at(6));
    CHECK(page->sagas[0].header.status == saga_status::parked);
    CHECK(page->sagas[2].header.id == id_at(4));
    CHECK(page->sagas[1].header.input.empty());
    CHECK(on.reads->active(1'000)->sagas.size() == 6);
  });
}

TEST_CASE("a campaign is its newest saga", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    started(on, 0, "camp-1").complete();
    started(on, 1, "camp-2").complete();
    started(on, 2); // of no campaign
    feeder newest = started(on, 3, "camp-1");
    newest.done(0);

    const auto all = on.reads->campaigns(std::nullopt, 10);
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK((*all)[0].campaign_id == "camp-1");
    CHECK((*all)[0].saga.header == without_input(newest.state.header));
    CHECK((*all)[0].saga.steps_completed == 1);
    CHECK((*all)[0].input == document{R"({"campania":"ñandú"})"});
    CHECK((*all)[0].outputs == std::map<std::string, document>{{"uno", document{R"({"paso":0})"}}});
    CHECK((*all)[1].campaign_id == "camp-2");
    CHECK((*all)[1].outputs.size() == 2);

    CHECK(on.reads->campaigns(std::nullopt, 1)->size() == 1);
    const auto older = on.reads->campaigns(id_at(3), 10);
    REQUIRE(older->size() == 1);
    CHECK((*older)[0].campaign_id == "camp-2");
    CHECK(on.reads->campaigns(id_at(1), 10)->empty());

    CHECK((**on.reads->campaign("camp-1")).saga.header.id == id_at(3));
    CHECK_FALSE(*on.reads->campaign("camp-9"));
    CHECK_FALSE(*on.reads->campaign(""));
  });
}

TEST_CASE("events follow a position in whole batches", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    CHECK(*on.reads->last_event() == feed_position{});
    CHECK(on.reads->events_after({}, 10)->empty());
    feeder saga = started(on, 0);
    saga.complete();
    const auto all = on.reads->events_after({}, 1'000);
    REQUIRE(all);
    REQUIRE(all->size() == 3);
    CHECK((*all)[0].events.size() == 2); // the first attempt, and the saga itself
    const feed_event& first = (*all)[0].events[0];
    CHECK(first.saga == id_at(0));
    CHECK(first.type == "prueba");
    CHECK(first.at == noon);
    CHECK(first.status == "EJECUTANDO");
    CHECK(first.step == "uno");
    CHECK(first.attempt == 1);

    const feed_position last{(*all)[2].batch,
                             static_cast<std::uint32_t>((*all)[2].events.size() - 1)};
    CHECK((*all)[2].events.back().status == "COMPLETADA");
    CHECK(*on.reads->last_event() == last);
    CHECK(on.reads->events_after(last, 10)->empty());
    CHECK(on.reads->events_after({}, 1)->size() == 1);
    const auto rest = on.reads->events_after({(*all)[1].batch, 0}, 1'000);
    REQUIRE(rest->size() == 2); // the reader is in the middle of the second
    CHECK((*rest)[0].batch == (*all)[1].batch);
  });
}

TEST_CASE("the queries answer a ping", "[persistence][queries]") {
  with_each_backend([](backend& on) { CHECK(on.reads->ping()); });
}

} // namespace sagas
