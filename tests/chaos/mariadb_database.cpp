#include "chaos/mariadb_database.hpp"

#include <vector>

#include <soci/soci.h>

#include "app/process.hpp"
#include "persistence/store_copy.hpp"

namespace sagas::chaos {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::chrono::seconds owned_within{10};
constexpr milliseconds look_every{100};
constexpr const char* owned = "SELECT IS_USED_LOCK(CONCAT('sagas-', LEFT(SHA2(DATABASE(), 256), "
                              "40))) IS NOT NULL";
constexpr const char* raise_epoch[] = {
  "SET SESSION innodb_lock_wait_timeout = 5",
  "START TRANSACTION",
  "UPDATE contadores SET valor = valor + 1 WHERE nombre = 'epoca'",
  "INSERT INTO nodos SELECT 'heredero', valor, UTC_TIMESTAMP(3) FROM contadores "
  "WHERE nombre = 'epoca' ON DUPLICATE KEY UPDATE epoca = VALUES(epoca)",
  "UPDATE escritores SET ultimo = 0, "
  "epoca = (SELECT valor FROM contadores WHERE nombre = 'epoca')",
};
constexpr const char* newest = "SELECT valor FROM contadores WHERE nombre = 'lote'";

// A frozen process mostly has a transaction open, which holds its writer's row. The server would
// end it after 15 s of silence.
void end_open_transactions(soci::session& session) {
  const soci::rowset<long long> open = session.prepare
                                       << "SELECT CAST(trx_mysql_thread_id AS SIGNED) "
                                          "FROM information_schema.innodb_trx "
                                          "WHERE trx_mysql_thread_id <> CONNECTION_ID()";
  const std::vector<long long> all{open.begin(), open.end()};
  for (const long long each : all)
    session << "KILL CONNECTION " << each;
}

std::string fresh_name() {
  static int made = 0;
  return "chaos_" + std::to_string(++made);
}

} // namespace

result<std::unique_ptr<mariadb_database>> mariadb_database::make(test::private_mariadb& server,
                                                                 std::string folder) {
  auto network = test::tcp_proxy::open(static_cast<std::uint16_t>(server.terms("").port));
  if (!network)
    return network.error();
  return std::unique_ptr<mariadb_database>{
    new mariadb_database{server, std::move(folder), std::move(*network)}};
}

mariadb_database::mariadb_database(test::private_mariadb& server, std::string folder,
                                   std::unique_ptr<test::tcp_proxy> network)
  : server_(server), folder_(std::move(folder)), terms_(server.terms(fresh_name())),
    network_(std::move(network)) {}

std::map<std::string, std::string> mariadb_database::environment() const {
  return {{"SAGAS_STORAGE_TYPE", "mysql"},    {"SAGAS_DB_HOST", terms_.host},
          {"SAGAS_DB_NAME", terms_.database}, {"SAGAS_DB_PORT", std::to_string(network_->port())},
          {"SAGAS_DB_USER", terms_.user},     {"SAGAS_DB_PASSWORD", terms_.password}};
}

result<std::int64_t> mariadb_database::number(const std::string& query) {
  return as_mysql_value([&]() -> result<std::int64_t> {
    long long found = 0;
    *open_mysql_session(terms_) << query, soci::into(found);
    return found;
  });
}

result<std::uint64_t> mariadb_database::in_flight() {
  const auto count = number("SELECT count(*) FROM sagas WHERE timestamp_fin IS NULL");
  if (!count)
    return count.error();
  return static_cast<std::uint64_t>(*count);
}

result<std::int64_t> mariadb_database::newest_commit() { return number(newest); }

result<std::int64_t> mariadb_database::take_over() {
  return as_mysql_value([this]() -> result<std::int64_t> {
    const auto session = open_mysql_session(terms_);
    end_open_transactions(*session);
    for (const char* each : raise_epoch)
      *session << each;
    long long before = 0;
    *session << newest, soci::into(before);
    *session << "COMMIT";
    return before;
  });
}

result<std::string> mariadb_database::as_file() {
  const std::string to = folder_ + "/" + terms_.database + ".db";
  const auto copied = export_mysql({.from = terms_, .to = to});
  if (!copied)
    return copied.error();
  return to;
}

status mariadb_database::await_owner() {
  const auto until = steady::now() + owned_within;
  while (true) {
    const auto found = number(owned);
    if (!found)
      return found.error();
    if (*found == 1)
      return nothing{};
    if (steady::now() >= until)
      return failure{errc::unavailable, "the server does not take its lock again"};
    if (wait_for_signal(look_every))
      return failure{errc::unavailable, "interrupted"};
  }
}

} // namespace sagas::chaos
