// The sessions of the queries on a server: bounded, read-only, and new ones for those that died.
#include <future>
#include <thread>

#include "persistence/mysql_pool.hpp"
#include "support/catch.hpp"
#include "tests/persistence/mariadb_server.hpp"

namespace sagas {
namespace {

using namespace test;
using std::chrono::milliseconds;

struct number_row {
  number_field number;
  void fill(soci::statement& from) { fill_fields(from, number); }
};

mysql_pool_terms small_pool() {
  mysql_pool_terms terms;
  terms.server = mariadb_server::shared().terms("information_schema");
  terms.size = 1;
  terms.overflow = 1;
  terms.wait = milliseconds{20};
  return terms;
}

// The server's number of the connection that it ran on.
result<long long> connection(mysql_pool& pool) {
  return pool.with_session([](mysql_reader& from) -> result<long long> {
    long long number = 0;
    from.ask<number_row>("SELECT CONNECTION_ID()", {},
                         [&](const number_row& row) { number = row.number.value; });
    return number;
  });
}

// How many transactions it has open. The server looks anew when nobody has asked for 0.1 s.
std::string transactions(long long connection) {
  return ask(mariadb_server::shared().terms(""),
             "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = "
               + std::to_string(connection));
}

template <class Condition>
bool await(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  bool met = condition();
  while (!met && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(milliseconds{120});
    met = condition();
  }
  return met;
}

void kill(long long connection) {
  run(mariadb_server::shared().terms(""), "KILL CONNECTION " + std::to_string(connection));
}

} // namespace

TEST_CASE("a pool opens no more sessions than it may, and keeps its size", "[persistence][mysql]") {
  mysql_pool pool{small_pool()};
  const status outer = pool.with_session([&](mysql_reader&) -> status {
    return pool.with_session([&](mysql_reader&) -> status {
      CHECK(pool.figures().in_use == 2);
      const auto refused = connection(pool);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == errc::overloaded);
      return nothing{};
    });
  });
  CHECK(outer);
  const pool_figures after = pool.figures();
  CHECK(after.in_use == 0);
  CHECK(after.idle == 1); // the overflow is closed
  CHECK(after.opened == 2);
  CHECK(after.sessions_max == 2);
  CHECK(after.waits == 1);
  CHECK(after.timed_out == 1);
  CHECK(after.waited_s >= 0.02);
  CHECK(after.waiting == 0);
  CHECK(after.replaced == 0);
  CHECK(connection(pool)); // they were given back
}

TEST_CASE("who waits for a session of the pool is counted until it comes", "[persistence][mysql]") {
  mysql_pool_terms terms = small_pool();
  terms.overflow = 0;
  terms.wait = std::chrono::seconds{30};
  mysql_pool pool{terms};
  std::future<result<long long>> second;
  const status first = pool.with_session([&](mysql_reader&) -> status {
    second = std::async(std::launch::async, [&] { return connection(pool); });
    CHECK(await([&] { return pool.figures().waiting == 1; }));
    return nothing{};
  });
  CHECK(first);
  CHECK(second.get());
  CHECK(pool.figures().waiting == 0);
  CHECK(pool.figures().waits == 1);
  CHECK(pool.figures().timed_out == 0);
}

TEST_CASE("a session of the pool cannot write", "[persistence][mysql]") {
  mariadb_server& server = mariadb_server::shared();
  mysql_pool_terms terms = small_pool();
  terms.server = server.terms("mysql");
  mysql_pool pool{terms};
  const status refused = pool.with_session([](mysql_reader& from) -> status {
    from.ask<number_row>("DELETE FROM mysql.help_topic", {}, [](const number_row&) {});
    return nothing{};
  });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::unavailable);
}

TEST_CASE("a session that the server has closed is replaced", "[persistence][mysql]") {
  mysql_pool pool{small_pool()};
  const auto first = connection(pool);
  REQUIRE(first);
  kill(*first);
  const auto second = connection(pool); // the query is asked again
  REQUIRE(second);
  CHECK(*second != *first);
  CHECK(pool.figures().replaced == 1);
  CHECK(connection(pool)); // and the new one is kept
  CHECK(pool.figures().opened == 2);
}

TEST_CASE("a session that has idled is asked for a sign of life", "[persistence][mysql]") {
  mysql_pool_terms terms = small_pool();
  terms.idle_max = milliseconds{0};
  mysql_pool pool{terms};
  const auto first = connection(pool);
  REQUIRE(first);
  CHECK(*connection(pool) == *first); // it lives
  kill(*first);
  int runs = 0;
  CHECK(pool.with_session([&](mysql_reader& from) -> status {
    ++runs;
    from.ping();
    return nothing{};
  }));
  CHECK(runs == 1); // nobody's query met the dead one
  CHECK(pool.figures().replaced == 1);
}

TEST_CASE("a query fails within its time when the server is gone, and works when it is back",
          "[persistence][mysql]") {
  mariadb_server& server = mariadb_server::shared();
  mysql_pool_terms terms = small_pool();
  terms.server.connect_timeout = terms.server.read_timeout = std::chrono::seconds{1};
  mysql_pool pool{terms};
  REQUIRE(connection(pool));
  SECTION("killed") {
    server.kill();
    const auto refused = connection(pool);
    server.start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::unavailable);
  }
  SECTION("frozen") {
    server.freeze();
    const auto refused = connection(pool);
    server.thaw();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::unavailable);
  }
  CHECK(pool.figures().in_use == 0);
  CHECK(connection(pool));
}

TEST_CASE("an error of the caller leaves no transaction open", "[persistence][mysql]") {
  mysql_pool pool{small_pool()};
  const auto number = connection(pool);
  REQUIRE(number);
  const status failed = pool.with_session([&](mysql_reader& from) -> status {
    CHECK(await([&] { return transactions(*number) == "1"; }));
    from.ask<number_row>("SELECT nothing FROM nowhere", {}, [](const number_row&) {});
    return nothing{};
  });
  REQUIRE_FALSE(failed);
  CHECK(await([&] { return transactions(*number) == "0"; }));
  CHECK(pool.figures().opened == 1);
}

TEST_CASE("many threads share a pool's sessions", "[persistence][mysql]") {
  mysql_pool_terms terms = small_pool();
  terms.size = terms.overflow = 2;
  terms.wait = std::chrono::seconds{30};
  mysql_pool pool{terms};
  std::vector<std::future<bool>> answers;
  answers.reserve(8);
  for (int i = 0; i < 8; ++i)
    answers.push_back(std::async(std::launch::async, [&] {
      bool good = true;
      for (int n = 0; n < 20; ++n)
        good = good && connection(pool);
      return good;
    }));
  for (auto& answer : answers)
    CHECK(answer.get());
  CHECK(pool.figures().in_use == 0);
  CHECK(pool.figures().idle <= 2);
}

} // namespace sagas
