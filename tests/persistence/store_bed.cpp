#include "tests/persistence/store_bed.hpp"

#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/payload_texts.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/saga/driver.hpp"

namespace sagas::test {

store_bed::store_bed(store_kind kind) : kind_(kind) {
  if (kind == store_kind::mariadb) {
    mariadb_server& server = mariadb_server::shared();
    mysql_options_.server = server.terms(server.fresh_name());
    mysql_options_.writers = 1;
  }
  if (kind == store_kind::encrypted)
    give_keys(test_keys({"k1"}));
  open();
}

store_bed::~store_bed() {
  store_.reset();
  if (kind_ == store_kind::mariadb)
    run(mariadb_server::shared().terms(""),
        "DROP DATABASE IF EXISTS " + mysql_options_.server.database);
}

result<std::unique_ptr<store>> store_bed::try_open() {
  if (kind_ == store_kind::memory)
    return open_memory_store(tables_);
  options_.path = path();
  if (kind_ != store_kind::mariadb)
    return open_sqlite_store(options_);
  auto stores = open_mysql_stores(mysql_options_);
  if (!stores)
    return stores.error();
  return std::move(stores->front());
}

void store_bed::open() {
  auto opened = try_open();
  INFO((opened ? "" : opened.error().message));
  REQUIRE(opened);
  store_ = std::move(*opened);
}

failure store_bed::refusal() {
  store_.reset();
  const auto opened = try_open();
  REQUIRE_FALSE(opened);
  return opened.error();
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
