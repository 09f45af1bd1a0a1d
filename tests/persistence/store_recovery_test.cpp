// What every store promises to whoever starts again: pages of unfinished sagas, counted recoveries,
// definitions.
#include <algorithm>

#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

std::vector<saga_id> page(store_bed& bed, const store::unfinished_query& what) {
  const auto found = bed->unfinished(what);
  REQUIRE(found);
  std::vector<saga_id> ids;
  for (const stored_saga& each : *found)
    ids.push_back(each.header.id);
  return ids;
}

std::vector<saga_id> ids_of(const std::vector<std::uint64_t>& numbers) {
  std::vector<saga_id> ids;
  for (const std::uint64_t number : numbers)
    ids.push_back(saga_run::id_of(number));
  return ids;
}

// Sagas 1 to 9, stored out of order; every third has ended.
void fill(store_bed& bed) {
  std::vector<changes> batch;
  for (const std::uint64_t number : {5, 1, 9, 3, 2, 8, 4, 7, 6}) {
    saga_run run{number};
    batch.push_back(run.start());
    if (number % 3 == 0)
      batch.push_back(run.refused(0));
  }
  bed.commit(batch);
}

} // namespace

TEST_CASE("unfinished sagas come page by page, oldest first", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  CHECK(page(bed, {}).empty());
  fill(bed);
  bed.reopen();
  CHECK(page(bed, {.after = {}, .troubled = false, .limit = 100}) == ids_of({1, 2, 4, 5, 7, 8}));
  CHECK(page(bed, {.after = {}, .troubled = false, .limit = 2}) == ids_of({1, 2}));
  CHECK(page(bed, {.after = saga_run::id_of(2), .troubled = false, .limit = 3})
        == ids_of({4, 5, 7}));
  CHECK(page(bed, {.after = saga_run::id_of(3), .troubled = false, .limit = 1}) == ids_of({4}));
  CHECK(page(bed, {.after = saga_run::id_of(8), .troubled = false, .limit = 3}).empty());
}

TEST_CASE("a page brings what a saga needs to go on", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  bed.commit(run.start());
  bed.commit(run.lost(0));
  bed.reopen();
  const auto found = bed->unfinished({});
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  const auto state = rebuild(*run.plan, found->front(), noon);
  REQUIRE(state);
  CHECK(*state == run.state);
}

TEST_CASE("counted recoveries part the troubled from the others", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  fill(bed);
  REQUIRE(bed->count_recovery(ids_of({2, 4, 5})));
  REQUIRE(bed->count_recovery(ids_of({4})));
  bed.reopen();
  CHECK(page(bed, {}) == ids_of({1, 7, 8}));
  CHECK(page(bed, {.after = {}, .troubled = true, .limit = 100}) == ids_of({2, 4, 5}));
  CHECK(page(bed, {.after = saga_run::id_of(2), .troubled = true, .limit = 1}) == ids_of({4}));
  CHECK(bed.load(saga_run::id_of(4)).header.recoveries == 2);
  REQUIRE(bed->settle_recovery(ids_of({4, 5})));
  CHECK(page(bed, {}) == ids_of({1, 4, 5, 7, 8}));
  CHECK(page(bed, {.after = {}, .troubled = true, .limit = 100}) == ids_of({2}));
  CHECK(bed.load(saga_run::id_of(4)).header.recoveries == 0);
}

TEST_CASE("a commit leaves counted recoveries as they are", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run run{1};
  bed.commit(run.start());
  REQUIRE(bed->count_recovery(ids_of({1})));
  const changes paused = run.feed(pause_requested{noon, {"ana", ""}});
  REQUIRE(paused.header);
  bed.commit(paused);
  CHECK(bed.load(run.id()).header.recoveries == 1);
  CHECK(bed.load(run.id()).header.status == saga_status::paused);
}

TEST_CASE("a definition is kept for ever under its version", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  const stored_definition first{"viaje", 1, document{R"({"pasos":[1]})"}, noon};
  const stored_definition second{"viaje", 2, document{R"({"pasos":[2]})"}, noon};
  const stored_definition other{"alta", 1, document{R"({"pasos":[1]})"}, noon};
  for (const stored_definition* each : {&first, &second, &other, &first})
    REQUIRE(bed->save_definition(*each));
  const auto refused = bed->save_definition({"viaje", 1, document{R"({"pasos":[3]})"}, noon});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::conflict);
  CHECK(refused.error().message.find("viaje version 1") != std::string::npos);
  bed.reopen();
  const auto all = bed->definitions();
  REQUIRE(all);
  REQUIRE(all->size() == 3);
  const std::vector<const stored_definition*> expected{&other, &first, &second};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK((*all)[i].type == expected[i]->type);
    CHECK((*all)[i].version == expected[i]->version);
    CHECK((*all)[i].source == expected[i]->source);
    CHECK((*all)[i].registered == noon);
  }
}
