// What only a Galera cluster does to the store: ./dev test --galera
#include <atomic>
#include <chrono>
#include <thread>

#include <soci/soci.h>

#include "persistence/mysql_queries.hpp"
#include "support/tcp_proxy.hpp"
#include "tests/persistence/galera_cluster.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;
using verdict = commit_ack::verdict;

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{90};

template <class Condition>
bool await(Condition condition) {
  const auto until = clock::now() + patience;
  while (!condition()) {
    if (clock::now() >= until)
      return false;
    std::this_thread::sleep_for(milliseconds{5});
  }
  return true;
}

// A store on a whole cluster, behind a proxy as behind a load balancer: it begins at node 0.
class clustered_bed {
public:
  clustered_bed() {
    REQUIRE(cluster.make_whole());
    auto opened = tcp_proxy::open(port_of(0));
    REQUIRE(opened);
    proxy = std::move(*opened);
    bed.mysql_options().server.port = proxy->port();
    bed.reopen();
  }
  ~clustered_bed() {
    bed.close();
    CHECK(cluster.make_whole());
  }

  std::uint16_t port_of(std::size_t node) const {
    return static_cast<std::uint16_t>(terms_of(node).port);
  }
  mysql_terms terms_of(std::size_t node) const {
    return cluster.node(node).terms(bed.mysql_options().server.database);
  }
  // Gives the other nodes work for a second: what node 0 commits next reaches them behind it.
  void let_others_lag() const {
    run(terms_of(0), "CREATE TABLE IF NOT EXISTS relleno (n INTEGER PRIMARY KEY, m INTEGER)");
    run(terms_of(0), "INSERT IGNORE INTO relleno WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL "
                     "SELECT n + 1 FROM n WHERE n < 300) SELECT a.n * 300 + b.n, 0 FROM n a, n b");
    ask(terms_of(1), "SELECT count(*) FROM relleno"); // waits for them
    run(terms_of(0), "UPDATE relleno SET m = m + 1");
  }

  galera_cluster& cluster = galera_cluster::shared();
  mutable store_bed bed{store_kind::mariadb};
  std::unique_ptr<tcp_proxy> proxy;
};

// Starts saga after saga, each again until it is stored, in a thread of its own.
class busy_writer {
public:
  explicit busy_writer(store_bed& bed) : worker_([this, &bed] { work(bed); }) {}
  ~busy_writer() { stop(); }

  std::uint64_t stored() const { return stored_; }
  bool goes_on() const {
    const std::uint64_t before = stored_;
    return await([&] { return stored_ >= before + 30; });
  }
  void stop() {
    leaving_ = true;
    if (worker_.joinable())
      worker_.join();
  }
  std::string errors; ///< once it has stopped

private:
  void work(store_bed& bed) {
    while (!leaving_) {
      saga_run run{stored_ + 1};
      const std::string key = "clave-" + std::to_string(stored_ + 1);
      const std::vector batch{run.start(key, "h")};
      auto done = bed->commit(batch, noon);
      for (; !done && !leaving_; done = bed->commit(batch, noon))
        errors += done.error().message + '\n';
      stored_ += done && done->acks[0].what != verdict::rejected ? 1 : 0;
    }
  }

  std::atomic<bool> leaving_{false};
  std::atomic<std::uint64_t> stored_{0};
  std::thread worker_;
};

// The number of the server's or client's error; 0: done.
unsigned code_of(const mysql_terms& server, const std::string& statement) {
  try {
    *open_mysql_session(server) << statement;
    return 0;
  } catch (const soci::soci_error&) {
    return caught_mysql_problem().code;
  }
}

} // namespace

TEST_CASE("a store whose node is killed goes on at another, and all is stored once",
          "[.][persistence][galera]") {
  clustered_bed all;
  busy_writer writer{all.bed};
  CHECK(writer.goes_on());
  const auto killed = clock::now();
  all.proxy->lead_to(all.port_of(1));
  all.cluster.node(0).kill();
  CHECK(writer.goes_on());
  const std::chrono::duration<double> took = clock::now() - killed;
  WARN("30 commits after the kill of the node took " << took.count() << " s");
  writer.stop();
  INFO(writer.errors);
  CHECK(writer.errors.empty());
  const mysql_terms survivor = all.terms_of(2);
  CHECK(ask(survivor, "SELECT count(*) FROM sagas") == std::to_string(writer.stored()));
  CHECK(ask(survivor, "SELECT max(lote) - min(lote) + 1 - count(*), count(*) FROM lotes")
        == "0|" + std::to_string(writer.stored()));
  CHECK(ask(survivor, "SELECT CAST(sum(cuenta) AS SIGNED) FROM estadisticas_sagas "
                      "WHERE periodo = 'TOTAL'")
        == std::to_string(writer.stored()));
}

TEST_CASE("a store goes on when a node that it does not write to is killed",
          "[.][persistence][galera]") {
  clustered_bed all;
  busy_writer writer{all.bed};
  CHECK(writer.goes_on());
  all.cluster.node(2).kill();
  CHECK(writer.goes_on());
  writer.stop();
  INFO(writer.errors);
  CHECK(writer.errors.empty());
  CHECK(ask(all.terms_of(1), "SELECT count(*) FROM sagas") == std::to_string(writer.stored()));
}

TEST_CASE("a commit whose answer was lost is found on a node that lags behind",
          "[.][persistence][galera]") {
  clustered_bed all;
  saga_run run{1};
  saga_run other{2};
  all.bed.commit(run.start());
  all.proxy->lead_to(all.port_of(1)); // for the next connection
  all.proxy->cut_at("COMMIT", cut_moment::in);
  all.let_others_lag();
  const auto done = all.bed.commit(std::vector{run.done(0), other.start("clave", "h")});
  for (const commit_ack& ack : done.acks)
    CHECK(ack.what == verdict::committed);
  CHECK(done.events.batch == 2);
  CHECK(all.proxy->wait_for_cut(milliseconds{0}));
  check_stored(all.bed, run);
  check_stored(all.bed, other);
  CHECK(ask(all.terms_of(2), "SELECT lote FROM lotes ORDER BY lote") == "1\n2");
}

TEST_CASE("queries at another node see what was committed before", "[.][persistence][galera]") {
  clustered_bed all;
  const auto reads = open_mysql_queries({.server = all.terms_of(1), .size = 1});
  REQUIRE(reads);
  all.let_others_lag();
  for (std::uint64_t number = 1; number <= 300; ++number) {
    saga_run run{number};
    all.bed.commit(run.start());
    const auto found = (*reads)->saga(run.id());
    REQUIRE(found);
    REQUIRE(found->has_value());
  }
}

TEST_CASE("a node without a majority is away, and the store goes on when it has one again",
          "[.][persistence][galera]") {
  clustered_bed all;
  all.bed.mysql_options().settle_wait = milliseconds{500};
  all.bed.reopen();
  saga_run run{1};
  all.bed.commit(run.start());
  const saga_run before = run;
  sagas::test::run(all.terms_of(0), "CREATE TABLE relleno (n INTEGER PRIMARY KEY, m INTEGER)");
  const std::vector batch{run.done(0)};
  for (const std::size_t i : {1, 2})
    all.cluster.node(i).freeze();
  unsigned in_flight = 0;
  std::thread foreign{
    [&] { in_flight = code_of(all.terms_of(0), "INSERT INTO relleno VALUES (1, 1)"); }};
  const auto first = all.bed->commit(batch, noon); // in flight at the cut
  foreign.join();
  const unsigned later = code_of(all.terms_of(0), "INSERT INTO relleno VALUES (2, 2)");
  const auto second = all.bed->commit(batch, noon);
  for (const std::size_t i : {1, 2})
    all.cluster.node(i).thaw();
  CHECK(in_flight == 1180);
  CHECK(later == 1047);
  REQUIRE_FALSE(first);
  CHECK(first.error().code == errc::unknown_outcome);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == errc::unavailable);
  CHECK(second.error().message.find("majority") != std::string::npos);
  REQUIRE(await([&] { return static_cast<bool>(all.bed->find(run.id())); }));
  check_stored(all.bed, before);
  all.bed.commit(batch);
  check_stored(all.bed, run);
  CHECK(all.bed.commit(std::vector{run.done(1)}).events.batch == 3);
}

TEST_CASE("a transaction that loses to one of another node is done again as a whole",
          "[.][persistence][galera]") {
  clustered_bed all;
  saga_run run{1};
  all.bed.commit(run.start());
  const std::vector ids{run.id()};
  const std::string touch = "UPDATE sagas SET version = version + 1 WHERE saga_id = '"
                            + to_text(run.id()) + "'";
  std::atomic<bool> leaving{false};
  int touched = 0;
  std::thread rival{[&] {
    while (!leaving)
      touched += code_of(all.terms_of(1), touch) == 0 ? 1 : 0;
  }};
  const auto lost = [&] {
    const std::string certified = all.cluster.status_of(0, "wsrep_local_cert_failures");
    const std::string aborted = all.cluster.status_of(0, "wsrep_local_bf_aborts");
    return certified.empty() || aborted.empty() ? 0 : std::stoi(certified) + std::stoi(aborted);
  };
  const int before = lost();
  int counted = 0;
  for (int i = 0; i < 3'000 && (counted < 300 || lost() < before + 10); ++i)
    counted += all.bed->count_recovery(ids) ? 1 : 0;
  leaving = true;
  rival.join();
  WARN(counted << " transactions, " << lost() - before << " lost to another node's");
  CHECK(lost() >= before + 10);
  CHECK(touched > 0);
  CHECK(ask(all.terms_of(2), "SELECT recuperaciones, version FROM sagas")
        == std::to_string(counted) + "|" + std::to_string(1 + touched));
}
