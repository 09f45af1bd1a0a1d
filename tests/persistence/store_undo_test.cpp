// What every store promises of sagas that undo others: what they take over counts nowhere.
#include "saga/undo.hpp"
#include "tests/persistence/backend.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

definition_ptr plan_with_window() {
  auto made = std::make_shared<definition>(*sequence({step("a"), step("b")}));
  made->undo_window = milliseconds{86'400'000};
  return made;
}

void commit(store& to, const changes& what) {
  const auto done = to.commit(std::vector{what}, noon);
  REQUIRE(done);
  REQUIRE(done->acks[0].what == commit_ack::verdict::committed);
}

} // namespace

TEST_CASE("an undo saga is stored and loaded, and counts its own attempts alone",
          "[persistence][undo]") {
  with_each_backend([](backend& bed) {
    saga_run original{1, plan_with_window()};
    commit(*bed.writes, original.start());
    commit(*bed.writes, original.done(0));
    commit(*bed.writes, original.done(1));
    const auto rows = bed.reads->stored(original.id());
    REQUIRE(rows);
    REQUIRE(*rows);
    const auto start = undo_start(original.plan, **rows, {"ana", "por error"}, noon);
    REQUIRE(start);
    saga_run undo{2, original.plan};
    undo.state.header.origin = {original.id(), saga_relation::undo, {}};
    changes first = undo.feed(undo_begun{noon, start->undoes->done, start->undoes->who});
    first.once = start->once;
    const auto begun = bed.writes->commit(std::vector{first}, noon);
    REQUIRE(begun);
    for (const feed_event& each : begun->events.events) // none about what it took over
      CHECK(each.op == (each.step.empty() ? operation::action : operation::compensation));
    const auto found = bed.reads->started_with(undo_key(original.id()));
    REQUIRE(found);
    CHECK(*found == undo.id());
    const auto nobody = bed.reads->started_with("other");
    REQUIRE(nobody);
    CHECK_FALSE(*nobody);

    const auto loaded = bed.writes->find(undo.id());
    REQUIRE(loaded);
    REQUIRE(*loaded);
    auto state = rebuild(*undo.plan, **loaded, noon);
    REQUIRE(state);
    CHECK(*state == undo.state);
    commit(*bed.writes, undo.done(1));
    commit(*bed.writes, undo.done(0));
    CHECK(undo.state.header.status == saga_status::compensated);

    const auto figures = bed.reads->stats({}, {}, noon);
    REQUIRE(figures);
    for (const step_statistics& each : figures->steps) {
      std::uint64_t all = 0;
      for (const auto& [status, count] : each.by_status)
        all += count;
      INFO(each.step << " " << to_text(each.op));
      CHECK(all == 1);
    }
    CHECK(figures->steps.size() == 4);
  });
}
