#include "tests/persistence/backend.hpp"

#include "persistence/memory_store.hpp"
#include "persistence/mysql_queries.hpp"
#include "persistence/mysql_store.hpp"
#include "persistence/sqlite_queries.hpp"
#include "persistence/sqlite_store.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/payload_texts.hpp"

namespace sagas::test {

void with_each_backend(const std::function<void(backend&)>& test) {
  SECTION("in memory") {
    const auto tables = make_memory_tables();
    backend memory{open_memory_store(tables), open_memory_queries(tables)};
    test(memory);
  }
  SECTION("on a file") {
    const temp_folder folder;
    auto store = open_sqlite_store(
      {.path = folder.file("sagas.db"), .synchronous = sqlite_synchronous::off});
    INFO((store ? "" : store.error().message));
    REQUIRE(store);
    auto queries = open_sqlite_queries(folder.file("sagas.db"), 1);
    INFO((queries ? "" : queries.error().message));
    REQUIRE(queries);
    backend file{std::move(*store), std::move(*queries)};
    test(file);
  }
  SECTION("on an encrypted file") {
    const temp_folder folder;
    const auto keys = test_keys({"k1"});
    auto store = open_sqlite_store(
      {.path = folder.file("sagas.db"), .synchronous = sqlite_synchronous::off, .keys = keys});
    INFO((store ? "" : store.error().message));
    REQUIRE(store);
    auto queries = open_sqlite_queries(folder.file("sagas.db"), 1, std::chrono::seconds{2}, {},
                                       keys);
    INFO((queries ? "" : queries.error().message));
    REQUIRE(queries);
    backend file{std::move(*store), std::move(*queries)};
    test(file);
  }
  SECTION("on a server") {
    mariadb_server& server = mariadb_server::shared();
    const mysql_terms terms = server.terms(server.fresh_name());
    {
      auto stores = open_mysql_stores({.server = terms, .writers = 1});
      INFO((stores ? "" : stores.error().message));
      REQUIRE(stores);
      auto queries = open_mysql_queries({.server = terms, .size = 1});
      INFO((queries ? "" : queries.error().message));
      REQUIRE(queries);
      backend served{std::move(stores->front()), std::move(*queries)};
      test(served);
    }
    run(server.terms(""), "DROP DATABASE " + terms.database);
  }
}

} // namespace sagas::test
