#include "tests/persistence/store_bed.hpp"

#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/saga/driver.hpp"

namespace sagas::test {

store_bed::store_bed(store_kind kind) : kind_(kind) {
  if (kind == store_kind::mariadb) {
    mariadb_server& server = mariadb_server::shared();
    mysql_options_.server = server.terms(server.fresh_name());
    mysql_options_.writers = 1;
  }
  open();
}

store_bed::~store_bed() {
  store_.reset();
  if (kind_ == store_kind::mariadb)
    run(mariadb_server::shared().terms(""),
        "DROP DATABASE IF EXISTS " + mysql_options_.server.database);
}

void store_bed::open() {
  if (kind_ == store_kind::mariadb) {
    auto stores = open_mysql_stores(mysql_options_);
    INFO((stores ? "" : stores.error().message));
    REQUIRE(stores);
    store_ = std::move(stores->front());
    return;
  }
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
  else if (kind_ == store_kind::mariadb)
    for (const char* statement : {"UPDATE contadores SET valor = valor + 1 WHERE nombre = 'epoca'",
                                  "UPDATE escritores SET epoca = epoca + 1"})
      run(mysql_options_.server, statement);
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
