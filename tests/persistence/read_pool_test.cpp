// The sessions of the queries: bounded, read-only, and never in the writer's way.
#include <future>
#include <thread>

#include "persistence/read_pool.hpp"
#include "persistence/sqlite_queries.hpp"
#include "persistence/sqlite_store.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/persistence/feeder.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/persistence/searches.hpp"

namespace sagas {
namespace {

using namespace test;

struct number_row {
  number_field number;
  void fill(soci::statement& from) { fill_fields(from, number); }
};

class opened_file {
public:
  opened_file() {
    auto opened = open_sqlite_store({.path = path, .synchronous = sqlite_synchronous::off});
    REQUIRE(opened);
    writes = std::move(*opened);
  }
  session_terms terms() const { return {.path = path, .read_only = true}; }

  const temp_folder folder;
  const std::string path = folder.file("sagas.db");
  std::unique_ptr<store> writes;
};

status count_sagas(read_session& from) {
  from.ask<number_row>("SELECT count(*) FROM sagas", {}, [](const number_row&) {});
  return nothing{};
}

} // namespace

TEST_CASE("a query that finds no free session in time is refused", "[persistence][queries]") {
  const opened_file file;
  read_pool pool{file.terms(), 1, milliseconds{20}};
  std::promise<void> taken;
  std::promise<void> release;
  std::thread slow{[&] {
    const status done = pool.with_session([&](read_session&) -> status {
      taken.set_value();
      release.get_future().wait();
      return nothing{};
    });
    CHECK(done);
  }};
  taken.get_future().wait();
  const status refused = pool.with_session(count_sagas);
  release.set_value();
  slow.join();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::overloaded);
  CHECK(pool.with_session(count_sagas)); // it was given back
}

TEST_CASE("a session of the queries cannot write", "[persistence][queries]") {
  const opened_file file;
  read_pool pool{file.terms(), 1, milliseconds{20}};
  const status refused = pool.with_session([](read_session& from) -> status {
    from.ask<number_row>("DELETE FROM sagas RETURNING 1", {}, [](const number_row&) {});
    return nothing{};
  });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::unavailable);
}

TEST_CASE("a query that fails or stops halfway holds nothing back", "[persistence][queries]") {
  const opened_file file;
  for (int i = 0; i < 20; ++i)
    feeder{*file.writes,
           {.plan = sequence({step("uno")}), .id = first_id_at(noon + milliseconds{i})}};
  read_pool pool{file.terms(), 1, milliseconds{20}};
  const std::string all = "SELECT lote FROM lotes";
  const auto read = [&](auto take) {
    return pool.with_session([&](read_session& from) -> status {
      from.ask<number_row>(all, {}, take);
      return nothing{};
    });
  };
  CHECK(read([](const number_row&) { return false; }));
  CHECK_FALSE(read([](const number_row&) { throw damaged_row{"on purpose"}; }));
  // busy, pages in the WAL, pages taken over: a reader inside would make it busy
  CHECK(ask(file.path, "PRAGMA wal_checkpoint(TRUNCATE)") == "0|0|0");
  CHECK(pool.with_session(count_sagas));
}

TEST_CASE("a query stops when it has used up its operations", "[persistence][queries]") {
  const opened_file file;
  read_session session{file.terms()};
  const std::string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                              "SELECT max(i) FROM n";
  {
    const auto limited = session.limit_operations(10'000);
    CHECK_THROWS(session.ask<number_row>(endless, {}, [](const number_row&) {}));
    CHECK(session.was_stopped());
  }
  CHECK_FALSE(session.was_stopped());
  CHECK(count_sagas(session));
}

TEST_CASE("many threads share a few sessions", "[persistence][queries]") {
  const opened_file file;
  const feeder saga{*file.writes, {.plan = sequence({step("uno")}), .id = first_id_at(noon)}};
  const auto reads = open_sqlite_queries(file.path, 2, std::chrono::seconds{30});
  REQUIRE(reads);
  std::vector<std::future<bool>> answers;
  answers.reserve(8);
  for (int i = 0; i < 8; ++i)
    answers.push_back(std::async(std::launch::async, [&] {
      bool good = true;
      for (int n = 0; n < 50; ++n)
        good = good && (*reads)->saga(first_id_at(noon)) && (*reads)->search({})->sagas.size() == 1;
      return good;
    }));
  for (auto& answer : answers)
    CHECK(answer.get());
}

TEST_CASE("queries open on a store's file only", "[persistence][queries]") {
  const opened_file file;
  CHECK(open_sqlite_queries(file.path, 0).error().code == errc::invalid_input);
  CHECK(open_sqlite_queries(file.path, 65).error().code == errc::invalid_input);
  CHECK(open_sqlite_queries(file.folder.file("absent.db")).error().code == errc::unavailable);
}

TEST_CASE("a search in vain comes in short pages and misses nothing", "[persistence][queries]") {
  const opened_file file;
  // 20,000 sagas of one user, which call "a", and 20,000 of nobody, which call "b"; but for one.
  run(file.path, R"(
    WITH RECURSIVE numbers(value) AS
      (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < 40000)
    INSERT INTO sagas SELECT printf('00000000-0000-7000-8000-%012x', value), 't', 1, 'COMPLETADA',
      'ADELANTE', 'NINGUNA', 0, 0, 1, '2026-01-01 00:00:00.000', NULL, NULL, NULL, NULL,
      iif(value % 2 = 0, 'ana', NULL), NULL, NULL, NULL, NULL, NULL, NULL FROM numbers;
    INSERT INTO pasos_saga SELECT NULL, saga_id, 1, 0, 'p', 'p', NULL,
      iif(usuario_id IS NULL OR saga_id LIKE '%00000000001e', 'b', 'a'), 'ACCION', 'COMPLETADO',
      'HECHO', 1, 1, timestamp_inicio, NULL, NULL, NULL, NULL, NULL, NULL FROM sagas;
    INSERT INTO servicios_de_tipos VALUES ('b', 't');)");
  const auto reads = open_sqlite_queries(file.path, 1);
  REQUIRE(reads);
  test::check_search_in_vain(**reads);
}

} // namespace sagas
