// Several writers, and several processes, on one database at the same time.
#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <soci/soci.h>

#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;
using verdict = commit_ack::verdict;

namespace {

constexpr std::size_t writers = 3;
constexpr std::uint64_t keys = 60;
constexpr std::uint64_t steps[writers] = {7, 11, 13}; // none divides the keys: each comes once

store_list open_writers(store_bed& bed) {
  bed.close();
  mysql_store_options options = bed.mysql_options();
  options.writers = static_cast<int>(writers);
  auto stores = open_mysql_stores(options);
  INFO((stores ? "" : stores.error().message));
  REQUIRE(stores);
  return std::move(*stores);
}

// What one writer commits: a start for each key, ten a batch, in an order of its own.
std::vector<std::vector<changes>> starts_of(std::size_t writer) {
  std::vector<std::vector<changes>> batches;
  for (std::uint64_t i = 0; i < keys; ++i) {
    const std::uint64_t key = (i * steps[writer] + 20 * writer) % keys;
    saga_run run{1'000 * (writer + 1) + key};
    if (i % 10 == 0)
      batches.emplace_back();
    batches.back().push_back(run.start("clave-" + std::to_string(key), "h"));
  }
  return batches;
}

struct tally_of_acks {
  std::size_t committed = 0;
  std::size_t duplicates = 0;
  std::size_t others = 0;
};

tally_of_acks commit_all(store& to, const std::vector<std::vector<changes>>& batches) {
  tally_of_acks counted;
  for (const auto& batch : batches) {
    const auto done = to.commit(batch, noon);
    if (!done) {
      counted.others += batch.size();
      continue;
    }
    for (const commit_ack& ack : done->acks)
      ++(ack.what == verdict::committed   ? counted.committed
         : ack.what == verdict::duplicate ? counted.duplicates
                                          : counted.others);
  }
  return counted;
}

// Waits until a transaction of the server waits for a row's lock.
bool somebody_waits(const mysql_terms& server) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (std::chrono::steady_clock::now() < until)
    if (ask(server, "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")
        != "Innodb_row_lock_current_waits|0")
      return true;
  return false;
}

} // namespace

TEST_CASE("writers that start with the same keys at once agree on one saga for each",
          "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  store_list stores = open_writers(bed);
  std::vector<std::vector<std::vector<changes>>> work;
  for (std::size_t i = 0; i < writers; ++i)
    work.push_back(starts_of(i));
  std::vector<tally_of_acks> counted(writers);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < writers; ++i)
    threads.emplace_back([&, i] { counted[i] = commit_all(*stores[i], work[i]); });
  for (std::thread& each : threads)
    each.join();
  std::size_t committed = 0;
  for (const tally_of_acks& each : counted) {
    CHECK(each.others == 0);
    committed += each.committed;
  }
  CHECK(committed == keys);
  const mysql_terms& server = bed.mysql_options().server;
  CHECK(ask(server, "SELECT count(*) FROM sagas s JOIN claves_idempotencia c USING (saga_id)")
        == std::to_string(keys));
  CHECK(ask(server, "SELECT count(*) FROM sagas") == std::to_string(keys));
  CHECK(ask(server, "SELECT max(lote) - min(lote) + 1 - count(*) FROM lotes") == "0");
  CHECK(ask(server, "SELECT CAST(sum(cuenta) AS SIGNED) FROM estadisticas_sagas "
                    "WHERE periodo = 'TOTAL'")
        == std::to_string(keys));
}

TEST_CASE("a batch that loses a deadlock is done again", "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  saga_run first{1};
  saga_run second{2};
  bed.commit(std::vector{first.start(), second.start()});
  const mysql_terms& server = bed.mysql_options().server;
  // The server gives up the smaller of the two transactions: this one is larger.
  const auto foreign = open_mysql_session(server);
  *foreign << "CREATE TABLE relleno (n INTEGER PRIMARY KEY) ENGINE=InnoDB";
  foreign->begin();
  *foreign << "INSERT INTO relleno WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n "
              "WHERE n < 900) SELECT n FROM n";
  const std::string touch = "UPDATE pasos_saga SET indice = indice + 1 WHERE saga_id = '";
  *foreign << touch << to_text(second.id()) << "'";
  const std::vector batch{first.done(0), second.done(0)};
  std::vector<verdict> verdicts;
  std::thread committer{[&] {
    if (const auto done = bed->commit(batch, noon); done)
      for (const commit_ack& ack : done->acks)
        verdicts.push_back(ack.what);
  }};
  const bool waited = somebody_waits(server);
  const status won = as_mysql_value([&]() -> status {
    *foreign << touch << to_text(first.id()) << "'";
    return nothing{};
  });
  foreign->rollback();
  committer.join();
  CHECK(waited);
  CHECK(won); // so the other one has lost
  CHECK(verdicts == std::vector{verdict::committed, verdict::committed});
  check_stored(bed, first);
  check_stored(bed, second);
}

TEST_CASE("a process that has lost the database writes nothing any more", "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  saga_run run{1};
  bed.commit(run.start());
  const saga_run stored = run;
  mysql_terms nowhere = bed.mysql_options().server;
  nowhere.database.clear();
  const std::string holder = ask(
    bed.mysql_options().server,
    "SELECT IS_USED_LOCK(CONCAT('sagas-', LEFT(SHA2(DATABASE(), 256), 40)))");
  REQUIRE_FALSE(holder.empty());
  sagas::test::run(nowhere, "KILL CONNECTION " + holder);
  mysql_store_options second = bed.mysql_options();
  second.node = "nodo-2";
  auto newer = open_mysql_stores(second);
  INFO((newer ? "" : newer.error().message));
  REQUIRE(newer);
  CHECK(newer->front()->epoch() > bed->epoch());
  const auto refused = bed->commit(std::vector{run.done(0)}, noon);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::fenced);
  check_stored(bed, stored);
  saga_run other{2};
  CHECK(newer->front()->commit(std::vector{other.start()}, noon));
  CHECK(bed.knows(other.id()));
}
