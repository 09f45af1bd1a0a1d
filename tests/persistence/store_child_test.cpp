// What every store promises of children: they stay as long as their parents may ask for them.
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
