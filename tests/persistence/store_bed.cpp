#include "tests/persistence/store_bed.hpp"

#include "tests/persistence/plain_sql.hpp"
#include "tests/saga/driver.hpp"

namespace sagas::test {

void store_bed::open() {
  if (kind_ == store_kind::memory) {
    store_ = open_memory_store(tables_);
    return;
  }
  options_.path = path();
  auto opened = open_sqlite_store(options_);
  INFO((opened ? "" : opened.error().message));
  REQUIRE(opened);
  store_ = std::move(*opened);
}

void store_bed::overtake() {
  if (kind_ == store_kind::memory)
    open_memory_store(tables_, {}, "nodo-2");
  else
    run(path(), "INSERT INTO nodos SELECT 'nodo-2', max(epoca) + 1, '' FROM nodos");
}

void check_stored(store_bed& bed, const saga_run& run) {
  const stored_saga stored = bed.load(run.id());
  CHECK(stored.header == run.state.header);
  const auto again = rebuild(*run.plan, stored, run.now);
  INFO((again ? "" : again.error().message));
  REQUIRE(again);
  CHECK(without_sending_times(*again) == without_sending_times(run.state));
  CHECK(outstanding(*run.plan, *again) == outstanding(*run.plan, run.state));
}

} // namespace sagas::test
