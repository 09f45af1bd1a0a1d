// What every store promises of a commit. One suite for all of them.
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;
using verdict = commit_ack::verdict;

TEST_CASE("a committed transition is found again, rows and all", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  CHECK(bed.commit(run.start()) == verdict::committed);
  check_stored(bed, run);
  run.now += milliseconds{1'234};
  CHECK(bed.commit(run.done(0)) == verdict::committed);
  check_stored(bed, run);
  bed.reopen();
  check_stored(bed, run);
  CHECK(bed.commit(run.done(1)) == verdict::committed);
  CHECK(run.state.header.status == saga_status::completed);
  check_stored(bed, run);
}

TEST_CASE("a saga that nobody stored is not found", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  CHECK_FALSE(bed.knows(saga_run::id_of(1)));
}

TEST_CASE("a batch takes several transitions of one saga in their order", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  saga_run other{2};
  std::vector<changes> batch{run.start(), other.start()};
  batch.push_back(run.done(0));
  batch.push_back(run.done(1));
  batch.push_back(other.refused(0));
  for (const commit_ack& ack : bed.commit(batch).acks)
    CHECK(ack.what == verdict::committed);
  check_stored(bed, run);
  check_stored(bed, other);
  CHECK(bed.load(run.id()).header.status == saga_status::completed);
  CHECK(bed.load(other.id()).header.status == saga_status::failed);
}

TEST_CASE("a commit tells its events, and each commit has a higher number",
          "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  const feed_batch first = bed.commit(std::vector{run.start()}).events;
  REQUIRE(first.events.size() == 2);
  CHECK(first.events[0].saga == run.id());
  CHECK(first.events[0].step == "a");
  CHECK(first.events[0].status == "EJECUTANDO");
  CHECK(first.events[1].step.empty());
  CHECK(first.events[1].status == "EN_PROGRESO");
  CHECK(first.batch > 0);
  CHECK(bed.commit(std::vector{run.done(0)}).events.batch == first.batch + 1);
  bed.reopen();
  CHECK(bed.commit(std::vector{run.done(1)}).events.batch == first.batch + 2);
}

TEST_CASE("an empty batch changes nothing", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  const auto done = bed.commit(std::vector<changes>{});
  CHECK(done.events.events.empty());
}

// -- starts with a key ----------------------------------------------------------------------------

TEST_CASE("a key that is taken answers the saga that has it, and writes nothing",
          "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run first{1};
  CHECK(bed.commit(first.start("pedido-7", "huella")) == verdict::committed);
  bed.reopen();
  saga_run same{2};
  saga_run different{3};
  const auto done = bed.commit(
    std::vector{same.start("pedido-7", "huella"), different.start("pedido-7", "otra")});
  for (const commit_ack& ack : done.acks) {
    CHECK(ack.what == verdict::duplicate);
    CHECK(ack.existing == first.id());
  }
  CHECK(done.acks[0].same_start);
  CHECK_FALSE(done.acks[1].same_start);
  CHECK(done.events.events.empty());
  CHECK_FALSE(bed.knows(same.id()));
  CHECK_FALSE(bed.knows(different.id()));
}

TEST_CASE("of two starts with one key in one batch the first wins", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run first{1};
  saga_run second{2};
  saga_run third{3};
  const auto done = bed.commit(
    std::vector{first.start("k", "huella"), second.start("k", "huella"), third.start("k2", "x")});
  CHECK(done.acks[0].what == verdict::committed);
  CHECK(done.acks[1].what == verdict::duplicate);
  CHECK(done.acks[1].existing == first.id());
  CHECK(done.acks[1].same_start);
  CHECK(done.acks[2].what == verdict::committed);
  CHECK(bed.knows(first.id()));
  CHECK_FALSE(bed.knows(second.id()));
  CHECK(bed.knows(third.id()));
}

TEST_CASE("a start that is stored already and comes again with its key is its own duplicate",
          "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  const changes start = run.start("k", "huella");
  bed.commit(start);
  const auto again = bed.commit(std::vector{start});
  CHECK(again.acks[0].what == verdict::duplicate);
  CHECK(again.acks[0].existing == run.id());
  check_stored(bed, run);
}

TEST_CASE("a refused start leaves its key free", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  bed.commit(run.start());
  saga_run twin{1};
  CHECK(bed.commit(twin.start("k", "huella")) == verdict::rejected);
  saga_run later{2};
  CHECK(bed.commit(later.start("k", "huella")) == verdict::committed);
}

// -- transitions that no store takes --------------------------------------------------------------

TEST_CASE("a refused transition leaves no trace and takes no other with it",
          "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run stored{1};
  bed.commit(stored.start());
  saga_run before{2};
  saga_run twin{1}; // the second start of a stored saga
  saga_run unknown{4};
  saga_run after{3};
  unknown.start();
  const auto done = bed.commit(
    std::vector{before.start(), twin.start(), unknown.done(0), stored.done(0), after.start()});
  CHECK(done.acks[0].what == verdict::committed);
  CHECK(done.acks[1].what == verdict::rejected);
  CHECK_FALSE(done.acks[1].error.empty());
  CHECK(done.acks[2].what == verdict::rejected);
  CHECK(done.acks[3].what == verdict::committed);
  CHECK(done.acks[4].what == verdict::committed);
  for (const saga_run* run : {&before, &stored, &after})
    check_stored(bed, *run);
  CHECK_FALSE(bed.knows(unknown.id()));
  for (const feed_event& told : done.events.events)
    CHECK(told.saga != unknown.id());
}

TEST_CASE("what belongs to a saga that nobody stored is refused", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  changes rows_only = run.start();
  rows_only.insert = false;
  rows_only.header.reset();
  changes notes_only = rows_only;
  notes_only.steps.clear();
  notes_only.history.push_back({noon, "nota", {}, "ana", {}});
  for (const commit_ack& ack : bed.commit(std::vector{rows_only, notes_only}).acks)
    CHECK(ack.what == verdict::rejected);
  CHECK_FALSE(bed.knows(run.id()));
}

TEST_CASE("an outcome for a row that does not exist is refused whole", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  bed.commit(run.start());
  saga_run ahead = run;
  ahead.done(0);                        // is never stored,
  const changes second = ahead.done(1); // so its row does not exist
  CHECK(bed.commit(second) == verdict::rejected);
  check_stored(bed, run);
}

TEST_CASE("a saga that has ended never changes again", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  bed.commit(run.start());
  saga_run other_way = run;
  bed.commit(run.refused(0));
  CHECK(run.state.header.status == saga_status::failed);
  changes late = other_way.feed(cancel_requested{noon, {"ana", "tarde"}});
  REQUIRE(late.header);
  CHECK(bed.commit(late) == verdict::rejected);
  check_stored(bed, run);
}

// -- the fence ------------------------------------------------------------------------------------

TEST_CASE("each store that is opened has a higher epoch", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  std::uint64_t last = bed->epoch();
  CHECK(last > 0);
  for (int i = 0; i < 3; ++i) {
    bed.reopen();
    CHECK(bed->epoch() > last);
    last = bed->epoch();
  }
  bed.overtake();
  bed.reopen();
  CHECK(bed->epoch() > last + 1);
}

TEST_CASE("a store that was overtaken writes nothing any more", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  bed.commit(run.start());
  const saga_run stored = run;
  bed.overtake();
  const std::vector batch{run.done(0)};
  const auto refused = bed->commit(batch, noon);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::fenced);
  check_stored(bed, stored);
  const std::vector<saga_id> ids{run.id()};
  CHECK(bed->count_recovery(ids).error().code == errc::fenced);
  CHECK(bed->settle_recovery(ids).error().code == errc::fenced);
  CHECK(bed->save_definition({"t", 1, document{"{}"}, noon}).error().code == errc::fenced);
  bed.reopen();
  bed.commit(batch);
  check_stored(bed, run);
}
