// The real program on a real MariaDB: kills of either, and what is known afterwards.
#include <csignal>
#include <filesystem>
#include <thread>

#include "app/binary.hpp"
#include "app/client.hpp"
#include "app/demo/server_child.hpp"
#include "persistence/mariadb_server.hpp"
#include "loaded_server.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

constexpr const char* campaign =
  R"({"campania_nombre":"Verano","tipo_campania":"descuento","presupuesto":1000})";

class mysql_world {
public:
  mysql_world()
    : terms(database.terms(database.fresh_name())), server({.program = sagas_path(),
                                                            .folder = folder.file("."),
                                                            .environment = environment_of(terms)}) {
  }

  api_answer start_one(const std::string& key) {
    auto client = api_client::to(server.url());
    REQUIRE(client);
    const auto answer = client->send({.method = "POST",
                                      .path = "/api/v1/comandos/lanzar-campania-completa"
                                              "?esperar=20s",
                                      .body = campaign,
                                      .headers = {{"Idempotency-Key", key}}});
    INFO((answer ? answer->body : answer.error().message));
    REQUIRE(answer);
    return *answer;
  }
  std::string metrics() {
    auto client = api_client::to(server.url());
    REQUIRE(client);
    const auto answer = client->send({.path = "/metrics"});
    REQUIRE(answer);
    return answer->body;
  }
  // Until the store is back; the server tells when to come again.
  api_answer start_patiently(const std::string& key) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    api_answer answer = start_one(key);
    while (answer.status == 503 && std::chrono::steady_clock::now() < until)
      answer = start_one(key);
    return answer;
  }

  mariadb_server database;
  mysql_terms terms;
  temp_folder folder;
  demo::server_child server;
};

// Ends a restore by kill -9 once it has made the tables.
void kill_restore(const std::string& backup, const mariadb_server& server, const mysql_terms& to) {
  auto restore = child_process::spawn(
    {{sagas_path(), "db", "restore", backup}, environment_of(to), {}});
  REQUIRE(restore);
  const std::string look = "SELECT count(*) FROM information_schema.tables WHERE table_schema = '"
                           + to.database + "' AND table_name = 'servicios_de_tipos'";
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (ask(server.terms(""), look) == "0" && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  restore->send_signal(SIGKILL);
  REQUIRE(restore->wait(std::chrono::seconds{10}) == 128 + SIGKILL);
}

} // namespace

TEST_CASE("sagas on MariaDB outlive kills of the server and of the database",
          "[crash][mysql][slow]") {
  mysql_world w;
  const status started = w.server.start();
  INFO((started ? "" : started.error().message));
  REQUIRE(started);
  CHECK(w.start_one("uno").status == 200);
  CHECK(w.metrics().find("\nsagas_pool_sessions_max 50\n") != std::string::npos);

  w.database.kill();
  const api_answer refused = w.start_one("dos");
  CHECK(refused.status == 503);
  CHECK(refused.body.find("db.host") != std::string::npos);
  w.database.start();
  CHECK(w.start_patiently("dos").status == 200);

  w.server.kill();
  REQUIRE(w.server.start());
  CHECK(w.start_one("tres").status == 200);
  CHECK(w.start_one("uno").status == 200); // the same saga as before
  CHECK(ask(w.terms, "SELECT estado, count(*) FROM sagas GROUP BY estado") == "COMPLETADA|3");
  CHECK(ask(w.terms, "SELECT count(*) FROM pasos_saga WHERE estado = 'COMPLETADO'") == "12");
}

TEST_CASE("a load on MariaDB keeps every promise, and a broken row is found",
          "[crash][mysql][slow]") {
  mariadb_server database;
  const mysql_terms terms = database.terms(database.fresh_name());
  loaded_server run{6'000, {}, terms};
  run.begin(24);
  REQUIRE(run.wait_for_acknowledged(1'000));
  const auto live = run_sagas({"audit", "--ledger", run.server().ledger()}, environment_of(terms));
  INFO(live.out << live.err);
  CHECK(live.code == 0); // while it is served
  run.server().kill();
  REQUIRE(run.server().start());
  REQUIRE(run.wait_for_acknowledged(run.acknowledged() + 500));
  run.settle();
  run.check_all();

  test::run(terms, "UPDATE pasos_saga SET datos_salida = '{}' WHERE estado = 'COMPLETADO' LIMIT 1");
  const auto broken = run_sagas({"audit", "--ledger", run.server().ledger(), "--json"},
                                environment_of(terms));
  INFO(broken.out << broken.err);
  CHECK(broken.code == 1);
  CHECK(broken.out.find("\"invariant\": \"S11\"") != std::string::npos);
}

TEST_CASE("backups of a loaded MariaDB, restored elsewhere, keep every promise",
          "[crash][mysql][slow]") {
  mariadb_server database;
  const mysql_terms terms = database.terms(database.fresh_name());
  const auto environment = environment_of(terms);
  loaded_server run{6'000, {}, terms};
  run.begin(24);
  std::uint64_t open = 0;
  for (int copy = 1; copy <= 2; ++copy) {
    REQUIRE(run.wait_for_acknowledged(run.acknowledged() + 300));
    const std::string backup = run.folder().file("copy-" + std::to_string(copy) + ".db");
    const auto made = run_sagas({"db", "backup", backup}, environment);
    INFO(made.out << made.err);
    REQUIRE(made.code == 0);
    CHECK(run_sagas({"db", "backup", backup}, environment).code == 5);
    const mysql_terms elsewhere = database.terms(database.fresh_name());
    const auto put = run_sagas({"db", "restore", backup}, environment_of(elsewhere));
    INFO(put.out << put.err);
    REQUIRE(put.code == 0);
    CHECK(run_sagas({"db", "restore", backup}, environment_of(elsewhere)).code == 5);
    const auto sound = run_sagas({"db", "check"}, environment_of(elsewhere));
    INFO(sound.out << sound.err);
    CHECK(sound.code == 0);
    const auto unfinished = demo::in_flight(backup);
    REQUIRE(unfinished);
    open += *unfinished;
  }
  CHECK(open > 0);                                          // else they proved little
  CHECK(run_sagas({"db", "check"}, environment).code == 0); // live
  CHECK(run_sagas({"db", "migrate", "--dry-run"}, environment).code == 0);
  run.settle();
  run.check_all();

  const std::string last = run.folder().file("last.db");
  REQUIRE(run_sagas({"db", "backup", last}, environment).code == 0);
  const mysql_terms cut_short = database.terms(database.fresh_name());
  kill_restore(last, database, cut_short);
  const auto served = run_sagas({"serve", "--port", "0", "--ledger", "memory"},
                                environment_of(cut_short));
  INFO(served.out << served.err);
  CHECK(served.code == 3);
  CHECK((served.out + served.err).find("never finished") != std::string::npos);
  CHECK(run_sagas({"db", "restore", last}, environment_of(cut_short)).code == 0);
  CHECK(run_sagas({"db", "check"}, environment_of(cut_short)).code == 0);

  test::run(terms, "ALTER TABLE pasos_saga DROP INDEX pasos_saga_estado");
  const auto lacking = run_sagas({"db", "check"}, environment);
  CHECK(lacking.code == 1);
  CHECK(lacking.out.find("lacks the index pasos_saga_estado") != std::string::npos);
}

TEST_CASE("sagas move from SQLite to MariaDB and back under load, and keep every promise",
          "[crash][mysql][slow]") {
  mariadb_server database;
  const mysql_terms terms = database.terms(database.fresh_name());
  const auto environment = environment_of(terms);
  loaded_server run{6'000};
  run.begin(24);
  REQUIRE(run.wait_for_acknowledged(500));
  run.server().kill();
  const std::string address = "mysql://root@" + terms.host + ":" + std::to_string(terms.port) + "/"
                              + terms.database;
  const std::vector<std::string> copy{"db",   "copy", "--db", run.server().database(),
                                      "--to", address};
  const auto there = run_sagas(copy, {{"SAGAS_DB_PASSWORD", ""}});
  INFO(there.out << there.err);
  REQUIRE(there.code == 0);
  CHECK(there.out.find("read back and equal") != std::string::npos);
  run.move_to(terms);
  REQUIRE(run.server().start());
  REQUIRE(run.wait_for_acknowledged(run.acknowledged() + 500));
  CHECK(run_sagas(copy, {{"SAGAS_DB_PASSWORD", ""}}).code == 5); // it is served

  run.server().kill();
  std::filesystem::remove(run.server().database());
  std::filesystem::remove(run.server().database() + "-wal");
  const auto back = run_sagas({"db", "copy", "--to", run.server().database()}, environment);
  INFO(back.out << back.err);
  REQUIRE(back.code == 0);
  run.move_to({});
  REQUIRE(run.server().start());
  REQUIRE(run.wait_for_acknowledged(run.acknowledged() + 500));
  run.settle();
  run.check_all();
}

TEST_CASE("a MariaDB that is not there is one clear line", "[crash][mysql]") {
  const auto serve = run_sagas(
    {"serve", "--port", "0"},
    {{"SAGAS_STORAGE_TYPE", "mysql"}, {"SAGAS_DB_HOST", "127.0.0.1"}, {"SAGAS_DB_PORT", "1"}});
  CHECK(serve.code == 3);
  CHECK(serve.err.find("see db.host and db.port") != std::string::npos);
}
