// kill -9 while old sagas are removed, by the server itself and by sagas db archive: each saga is
// where it was or where it belongs, whole, and the audit finds nothing.
#include "loaded_server.hpp"

#include <csignal>
#include <iostream>
#include <random>

#include "app/binary.hpp"
#include "old_history.hpp"
#include "persistence/mariadb_server.hpp"
#include "persistence/mysql_store.hpp"
#include "persistence/sqlite_store.hpp"
#include "support/catch.hpp"
#include "tests/persistence/plain_sql.hpp"

using namespace sagas;
using namespace sagas::test;
using steady = std::chrono::steady_clock;

namespace {

constexpr const char* keep = "90d";

void fill(const demo::server_child& server, std::size_t sagas) {
  auto store = open_sqlite_store({.path = server.database(), .node = "antes"});
  REQUIRE(store);
  REQUIRE(make_old_history(only(std::move(*store)), server.ledger(), sagas) == sagas);
}

std::size_t number(const std::string& path, const std::string& query) {
  return std::stoul(test::ask(path, query));
}
std::size_t removed_from(const std::string& path) {
  return number(path, "SELECT count(*) FROM sagas_retiradas");
}

bool wait_for(const std::function<bool()>& is, std::chrono::seconds limit) {
  const auto until = steady::now() + limit;
  while (!is() && steady::now() < until)
    std::this_thread::sleep_for(milliseconds{20});
  return is();
}

// Both files together have each saga of the past, in one of them or for a moment in both.
void check_none_lost(const std::string& path, const std::string& archive, std::size_t sagas) {
  const std::string both = "ATTACH '" + archive + "' AS a; ";
  CHECK(number(path, both
                       + "SELECT count(*) FROM (SELECT saga_id FROM main.sagas UNION "
                         "SELECT saga_id FROM a.sagas)")
        == sagas);
  CHECK(number(path, both
                       + "SELECT count(*) FROM main.sagas_retiradas WHERE saga_id NOT IN "
                         "(SELECT saga_id FROM a.sagas)")
        == 0);
  CHECK(number(path, both
                       + "SELECT count(*) FROM a.sagas AS s WHERE (SELECT count(*) FROM "
                         "a.pasos_saga AS p WHERE p.saga_id = s.saga_id) < 4")
        == 0);
}

void check_audits(const std::string& path, const std::string& ledger, const std::string& archive) {
  for (const std::vector<std::string>& line : std::vector<std::vector<std::string>>{
         {"audit", "--db", path, "--ledger", ledger, "--ended"}, {"audit", "--db", archive}}) {
    const auto verdict = run_sagas(line);
    INFO(line[2] << "\n" << verdict.out << verdict.err);
    CHECK(verdict.code == 0);
  }
}

} // namespace

TEST_CASE("kills under load while the server removes old sagas lose, repeat and mix up nothing",
          "[crash][removal][slow]") {
  std::mt19937_64 random{crash_seed()};
  constexpr std::size_t old = 3'000;
  loaded_server run{40'000, {"--db-retention", keep}, {}, [](const demo::server_child& server) {
                      fill(server, old);
                    }};
  run.begin(16);
  REQUIRE(run.wait_for_acknowledged(100));
  const std::string path = run.server().database();
  int hit = 0;
  for (int kill = 0; kill < 8; ++kill) {
    std::this_thread::sleep_for(milliseconds{std::uniform_int_distribution{50, 500}(random)});
    run.server().kill();
    const std::size_t gone = removed_from(path);
    hit += gone > 0 && gone < old ? 1 : 0;
    REQUIRE(run.server().start());
  }
  CHECK(hit >= 3); // less proves little
  CHECK(wait_for([&] { return removed_from(path) == old; }, std::chrono::seconds{60}));
  run.settle();
  run.server().send(SIGTERM);
  CHECK(run.server().wait(std::chrono::seconds{30}) == 0);
  run.check_all();
  CHECK(run.audit().counts.removed == old);

  // What goes by hand is still found.
  const std::string one = test::ask(path, "SELECT saga_id FROM sagas WHERE estado = 'COMPLETADA' "
                                          "LIMIT 1");
  for (const char* table : {"pasos_saga", "eventos_saga", "claves_idempotencia", "sagas"})
    test::run(path, std::string{"DELETE FROM "} + table + " WHERE saga_id = '" + one + "'");
  CHECK(run.audit().by_invariant.at("A5") > 0);
  CHECK(run.audit().by_invariant.at("A1") > 0);
}

TEST_CASE("kills of sagas db archive leave each saga in the database or in the archive",
          "[crash][removal][slow]") {
  std::mt19937_64 random{crash_seed()};
  constexpr std::size_t old = 1'500;
  const temp_folder folder;
  demo::server_child server{{.program = sagas_path(), .folder = folder.file(".")}};
  fill(server, old);
  const std::string path = server.database(), archive = folder.file("old.archive.db");
  const std::vector<std::string> line{"db",           "archive", "--db", path,
                                      "--older-than", keep,      "--to", archive};
  int hit = 0;
  int latest = 120; // ms; until a slow machine gets as far as removing something
  for (int kill = 0; kill < 40 && removed_from(path) < old; ++kill) {
    std::vector<std::string> arguments{sagas_path()};
    arguments.insert(arguments.end(), line.begin(), line.end());
    auto child = child_process::spawn(
      {.arguments = arguments, .environment = {}, .error_file = {}});
    REQUIRE(child);
    std::this_thread::sleep_for(milliseconds{std::uniform_int_distribution{5, latest}(random)});
    child->send_signal(SIGKILL);
    child->wait(std::chrono::seconds{10});
    const std::size_t gone = removed_from(path);
    hit += gone > 0 && gone < old ? 1 : 0;
    if (hit == 0)
      latest += latest / 4;
    if (gone > 0)
      check_none_lost(path, archive, old);
  }
  CHECK(hit >= 1);
  const auto rest = run_sagas(line);
  INFO(rest.err);
  CHECK(rest.code == 0);
  CHECK(number(path, "SELECT count(*) FROM sagas") == 0);
  CHECK(number(archive, "SELECT count(*) FROM sagas") == old);
  check_none_lost(path, archive, old);
  check_audits(path, server.ledger(), archive);
  // An archive is served like any database.
  CHECK(run_sagas({"db", "check", "--db", archive}).code == 0);
}

TEST_CASE("sagas db archive works beside a live server", "[crash][removal][slow]") {
  constexpr std::size_t old = 400;
  const temp_folder folder;
  demo::server_child server{{.program = sagas_path(), .folder = folder.file(".")}};
  fill(server, old);
  REQUIRE(server.start());
  const std::string path = server.database(), archive = folder.file("old.archive.db");
  const auto try_out = run_sagas(
    {"db", "archive", "--db", path, "--older-than", keep, "--to", archive, "--dry-run"});
  CHECK(try_out.code == 0);
  CHECK(try_out.out.find("400 sagas") != std::string::npos);
  CHECK(number(path, "SELECT count(*) FROM sagas") == old);

  const auto nobody = run_sagas({"db", "archive", "--db", path, "--older-than", keep, "--to",
                                 archive, "--url", "http://127.0.0.1:1"});
  CHECK(nobody.code == 3);
  CHECK(nobody.err.find("--url") != std::string::npos);
  const auto done = run_sagas({"db", "archive", "--db", path, "--older-than", keep, "--to", archive,
                               "--url", server.url(), "--json"});
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(done.out.find("\"sagas\": 400") != std::string::npos);
  CHECK(done.out.find("\"por_servidor\": true") != std::string::npos);
  CHECK(number(path, "SELECT count(*) FROM sagas") == 0);
  server.send(SIGTERM);
  CHECK(server.wait(std::chrono::seconds{30}) == 0);
  check_none_lost(path, archive, old);
  check_audits(path, server.ledger(), archive);
}

TEST_CASE("old sagas leave a MariaDB by its server, and by sagas db archive beside it",
          "[crash][removal][mysql][slow]") {
  constexpr std::size_t old = 400;
  mariadb_server database;
  const mysql_terms terms = database.terms(database.fresh_name());
  const temp_folder folder;
  demo::server_child server{
    {.program = sagas_path(), .folder = folder.file("."), .environment = environment_of(terms)}};
  {
    auto stores = open_mysql_stores({.server = terms});
    REQUIRE(stores);
    const std::size_t made = make_old_history(std::move(*stores), server.ledger(), old);
    REQUIRE(made == old);
  }
  const std::string archive = folder.file("old.archive.db");
  SECTION("by its server, killed meanwhile") {
    demo::server_child cleaner{{.program = sagas_path(),
                                .folder = folder.file("."),
                                .more = {"--db-retention", keep},
                                .environment = environment_of(terms)}};
    for (int kill = 0; kill < 3; ++kill) {
      REQUIRE(cleaner.start());
      std::this_thread::sleep_for(milliseconds{150});
      cleaner.kill();
    }
    REQUIRE(cleaner.start());
    CHECK(wait_for([&] { return test::ask(terms, "SELECT count(*) FROM sagas") == "0"; },
                   std::chrono::seconds{60}));
    cleaner.send(SIGTERM);
    CHECK(cleaner.wait(std::chrono::seconds{30}) == 0);
  }
  SECTION("by sagas db archive") {
    REQUIRE(server.start());
    const auto done = run_sagas(
      {"db", "archive", "--older-than", keep, "--to", archive, "--url", server.url(), "--json"},
      environment_of(terms));
    INFO(done.err);
    CHECK(done.code == 0);
    CHECK(done.out.find("\"sagas\": 400") != std::string::npos);
    server.send(SIGTERM);
    CHECK(server.wait(std::chrono::seconds{30}) == 0);
    CHECK(number(archive, "SELECT count(*) FROM sagas") == old);
    CHECK(number(archive, "SELECT count(*) FROM pasos_saga") >= 4 * old);
    CHECK(number(archive, "SELECT count(*) FROM claves_idempotencia") == old);
    CHECK(run_sagas({"audit", "--db", archive}).code == 0);
  }
  SECTION("by sagas db archive without a server") {
    const auto done = run_sagas({"db", "archive", "--older-than", keep, "--to", archive},
                                environment_of(terms));
    INFO(done.err);
    CHECK(done.code == 0);
    CHECK(number(archive, "SELECT count(*) FROM sagas") == old);
  }
  for (const char* table : {"sagas", "pasos_saga", "eventos_saga", "claves_idempotencia"})
    CHECK(test::ask(terms, std::string{"SELECT count(*) FROM "} + table) == "0");
  CHECK(test::ask(terms, "SELECT count(*) FROM sagas_retiradas") == std::to_string(old));
  const auto verdict = run_sagas({"audit", "--ledger", server.ledger(), "--ended"},
                                 environment_of(terms));
  INFO(verdict.out << verdict.err);
  CHECK(verdict.code == 0);
}
