#include "app/storage.hpp"

#include "app/payload_keys_file.hpp"
#include "persistence/mysql_queries.hpp"
#include "persistence/mysql_store.hpp"
#include "persistence/sqlite_queries.hpp"
#include "persistence/sqlite_store.hpp"

namespace sagas {
namespace {

constexpr milliseconds events_looked_for{250};

result<opened_storage> open_sqlite(const config& values, const payload_keys_ptr& keys) {
  sqlite_options options;
  options.path = values.db.path;
  options.node = values.node.name;
  options.keys = keys;
  auto writer = open_sqlite_store(options);
  if (!writer)
    return writer.error();
  auto reads = open_sqlite_queries(values.db.path, values.db.readers, std::chrono::seconds{2}, {},
                                   keys);
  if (!reads)
    return reads.error();
  return opened_storage{only(std::move(*writer)), std::move(*reads)};
}

result<opened_storage> open_mysql(const config& values, const payload_keys_ptr& keys) {
  mysql_store_options options;
  options.server = server_of(values);
  options.node = values.node.name;
  options.writers = static_cast<int>(values.db.writers);
  options.payload_max = values.http.body_max.value;
  options.keys = keys;
  auto writers = open_mysql_stores(options);
  if (!writers)
    return writers.error();
  mysql_pool_terms pool;
  pool.server = options.server;
  pool.size = values.db.pool_size;
  pool.overflow = values.db.pool_overflow;
  pool.keys = keys;
  auto reads = open_mysql_queries(pool);
  if (!reads)
    return reads.error();
  http::live_options live;
  live.poll = events_looked_for; // a lost commit that did land is in the database alone
  return opened_storage{std::move(*writers), std::move(*reads), live};
}

} // namespace

mysql_terms server_of(const config& values) {
  mysql_terms server;
  server.host = values.db.host;
  server.port = values.db.port;
  server.database = values.db.name;
  server.user = values.db.user;
  server.password = values.db.password;
  return server;
}

std::size_t writers_of(const config& values) {
  return values.storage.type == storage_kind::sqlite ? 1 : values.db.writers;
}

result<opened_storage> open_storage(const config& values) {
  const auto keys = payload_keys_of(values);
  if (!keys)
    return keys.error();
  auto opened = values.storage.type == storage_kind::mysql ? open_mysql(values, *keys)
                                                           : open_sqlite(values, *keys);
  if (opened && *keys)
    if (const payload_key* seals = (*keys)->sealing())
      opened->sealed_with = seals->id;
  return opened;
}

} // namespace sagas
