// What every store promises of children: they stay as long as their parents may ask for them.
#include "saga/child.hpp"
#include "tests/persistence/backend.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

const timestamp later = noon + std::chrono::hours{1};

void commit(store& to, const changes& what) {
  const auto done = to.commit(std::vector{what}, noon);
  REQUIRE(done);
  REQUIRE(done->acks[0].what == commit_ack::verdict::committed);
}

std::size_t removable(queries& reads) {
  const auto page = reads.ended(later, {}, 100);
  REQUIRE(page);
  return page->sagas.size();
}

} // namespace

TEST_CASE("a child is not removed before its parent has ended", "[persistence][child][removal]") {
  with_each_backend([](backend& bed) {
    saga_run parent{1, sequence({step("a")})};
    saga_run child{2, parent.plan};
    child.state.header.origin = saga_origin{parent.id(), saga_relation::child, "a"};
    commit(*bed.writes, parent.start());
    commit(*bed.writes, child.start("sagas:hija/x/a", "hija"));
    commit(*bed.writes, child.done(0));
    const auto stored = bed.reads->stored(child.id());
    REQUIRE(stored);
    REQUIRE(*stored);
    CHECK((*stored)->header.origin == child.state.header.origin);

    CHECK(removable(*bed.reads) == 0);
    const auto kept = bed.writes->remove(std::vector{child.id()}, later);
    REQUIRE(kept);
    CHECK(*kept == 0);
    CHECK(bed.reads->started_with("sagas:hija/x/a")->has_value());

    commit(*bed.writes, parent.done(0));
    CHECK(removable(*bed.reads) == 2);
    const auto gone = bed.writes->remove(std::vector{child.id(), parent.id()}, later);
    REQUIRE(gone);
    CHECK(*gone == 2);
  });
}

TEST_CASE("a grandchild is not removed before its grandparent has ended",
          "[persistence][child][removal]") {
  with_each_backend([](backend& bed) {
    saga_run top{1, sequence({step("a")})};
    std::vector<saga_run> below;
    for (std::uint64_t number = 2; number <= child_depth_max; ++number) {
      const saga_id above = below.empty() ? top.id() : below.back().id();
      below.emplace_back(number, top.plan).state.header.origin = saga_origin{
        above, saga_relation::child, "a"};
    }
    commit(*bed.writes, top.start());
    std::vector<saga_id> ids;
    for (saga_run& each : below) {
      commit(*bed.writes, each.start());
      commit(*bed.writes, each.done(0));
      ids.push_back(each.id());
    }
    CHECK(removable(*bed.reads) == 0);
    CHECK(*bed.writes->remove(ids, later) == 0);

    commit(*bed.writes, top.done(0));
    CHECK(removable(*bed.reads) == child_depth_max);
    CHECK(*bed.writes->remove(ids, later) == child_depth_max - 1);
  });
}
