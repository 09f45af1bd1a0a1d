// What a store holds after random runs of the machine is what the machine has written.
#include "tests/persistence/crowd.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

stored_saga without_flags(stored_saga saga) {
  for (step_row& row : saga.steps)
    row.insert = false;
  return saga;
}

} // namespace

TEST_CASE("after random runs the stored rows give back every state", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  const auto seed = GENERATE(take(3, random(0, 1'000'000)));
  CAPTURE(seed);
  crowd sagas{static_cast<std::uint64_t>(seed), 60};
  reached counts;
  for (auto batch = sagas.next_batch(40); !batch.empty(); batch = sagas.next_batch(40)) {
    for (const commit_ack& ack : bed.commit(batch, sagas.worlds[0].now).acks)
      REQUIRE(ack.what == commit_ack::verdict::committed);
    if (batch.size() % 7 == 0)
      bed.reopen();
  }
  bed.reopen();
  for (const world& it : sagas.worlds) {
    if (it.rows.stored.steps.empty())
      continue;
    const stored_saga stored = without_flags(bed.load(it.state.header.id));
    const stored_saga expected = without_flags(it.rows.stored);
    CHECK(stored.header == expected.header);
    CHECK(stored.steps == expected.steps);
    const auto again = rebuild(*it.plan, stored, it.now);
    REQUIRE(again);
    CHECK(without_sending_times(*again) == without_sending_times(it.state));
    counts.count(it);
  }
  INFO(counts.text());
  CHECK(counts.compensated + counts.cancelled + counts.failed > 0);
  CHECK(counts.completed > 0);
  CHECK(counts.parked > 0);
  CHECK(counts.retried > 0);
}
