#include "tests/persistence/backend.hpp"

#include "persistence/memory_store.hpp"
#include "support/catch.hpp"

namespace sagas::test {

void with_each_backend(const std::function<void(backend&)>& test) {
  SECTION("in memory") {
    const auto tables = make_memory_tables();
    backend memory{open_memory_store(tables), open_memory_queries(tables)};
    test(memory);
  }
}

} // namespace sagas::test
