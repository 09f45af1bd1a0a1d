// A file of every released schema, checked in, is opened by this program and goes on.
#include <filesystem>

#include "persistence/schema.hpp"
#include "persistence/sqlite_care.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

std::string file_of(std::uint32_t version) {
  return std::string{SAGAS_SOURCE_DIR} + "/tests/data/schema-" + std::to_string(version) + ".db";
}

// What stands in each of those files: sagas at every kind of place.
struct contents {
  saga_run completed{1}, undone{2}, running{3}, undoing{4}, parked{5};

  template <class Store>
  explicit contents(Store store) {
    store(completed.start("pedido-1", "huella"));
    store(completed.done(0));
    store(completed.done(1));
    for (saga_run* each : {&undone, &undoing}) {
      store(each->start());
      store(each->done(0));
      store(each->refused(1));
    }
    store(undone.done(0)); // its undo
    store(running.start());
    store(running.done(0));
    store(parked.start());
    store(parked.feed(recovery_abandoned{parked.now}));
  }
  std::vector<saga_run*> all() { return {&completed, &undone, &running, &undoing, &parked}; }
};

} // namespace

// By hand, once a version is final: test_persistence "[make-schema-file]".
TEST_CASE("the file of the present schema is made", "[.][make-schema-file]") {
  store_bed bed{store_kind::sqlite};
  const contents filled{
    [&](const changes& what) { CHECK(bed.commit(what) == commit_ack::verdict::committed); }};
  REQUIRE(backup_sqlite_file({.from = bed.path(), .to = file_of(schema::version())}));
}

TEST_CASE("a file of every schema is opened, read whole, and its sagas go on",
          "[persistence][sqlite][schema]") {
  for (std::uint32_t version = 1; version <= schema::version(); ++version) {
    INFO("schema " << version);
    store_bed bed{store_kind::sqlite};
    bed.close();
    REQUIRE(std::filesystem::copy_file(file_of(version), bed.path(),
                                       std::filesystem::copy_options::overwrite_existing));
    REQUIRE(test::ask(bed.path(), "PRAGMA user_version") == std::to_string(version));
    bed.reopen();
    contents told{[](const changes&) {}};
    for (const saga_run* each : told.all())
      check_stored(bed, *each);
    CHECK(told.parked.state.header.status == saga_status::parked);
    const auto open = bed->unfinished({});
    REQUIRE(open);
    CHECK(open->size() == 3);

    CHECK(bed.commit(told.running.done(1)) == commit_ack::verdict::committed);
    CHECK(told.running.state.header.status == saga_status::completed);
    CHECK(bed.commit(told.undoing.done(0)) == commit_ack::verdict::committed);
    CHECK(told.undoing.state.header.status == saga_status::compensated);
    check_stored(bed, told.running);
    check_stored(bed, told.undoing);
    const auto again = bed.commit(std::vector{saga_run{9}.start("pedido-1", "huella")});
    CHECK(again.acks[0].existing == told.completed.id());
    bed.close();
    const auto sound = check_sqlite_file(bed.path());
    REQUIRE(sound);
    CHECK(sound->version == schema::version());
    CHECK(sound->faults.empty());
  }
}
