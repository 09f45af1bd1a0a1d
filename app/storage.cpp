#include "app/storage.hpp"

#include "persistence/sqlite_queries.hpp"
#include "persistence/sqlite_store.hpp"

namespace sagas {
namespace {

result<opened_storage> open_sqlite(const config& values) {
  sqlite_options options;
  options.path = values.db.path;
  options.node = values.node.name;
  auto writer = open_sqlite_store(options);
  if (!writer)
    return writer.error();
  auto reads = open_sqlite_queries(values.db.path, values.db.readers);
  if (!reads)
    return reads.error();
  return opened_storage{only(std::move(*writer)), std::move(*reads), {}};
}

} // namespace

std::size_t writers_of(const config& values) {
  return values.storage.type == storage_kind::sqlite ? 1 : values.db.writers;
}

result<opened_storage> open_storage(const config& values) { return open_sqlite(values); }

} // namespace sagas
