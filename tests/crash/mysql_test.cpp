// The real program on a real MariaDB: kills of either, and what is known afterwards.
#include "app/binary.hpp"
#include "app/client.hpp"
#include "app/demo/server_child.hpp"
#include "persistence/mariadb_server.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

constexpr const char* campaign =
  R"({"campania_nombre":"Verano","tipo_campania":"descuento","presupuesto":1000})";

class mysql_world {
public:
  mysql_world()
    : terms(database.terms(database.fresh_name())),
      server({.program = sagas_path(),
              .folder = folder.file("."),
              .environment = {{"SAGAS_STORAGE_TYPE", "mysql"},
                              {"SAGAS_DB_HOST", terms.host},
                              {"SAGAS_DB_PORT", std::to_string(terms.port)},
                              {"SAGAS_DB_NAME", terms.database},
                              {"SAGAS_DB_USER", terms.user},
                              {"SAGAS_DB_PASSWORD", terms.password}}}) {}

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

} // namespace

TEST_CASE("sagas on MariaDB outlive kills of the server and of the database",
          "[crash][mysql][slow]") {
  mysql_world w;
  const status started = w.server.start();
  INFO((started ? "" : started.error().message));
  REQUIRE(started);
  CHECK(w.start_one("uno").status == 200);

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

TEST_CASE("a MariaDB that is not there is one clear line", "[crash][mysql]") {
  const auto serve = run_sagas(
    {"serve", "--port", "0"},
    {{"SAGAS_STORAGE_TYPE", "mysql"}, {"SAGAS_DB_HOST", "127.0.0.1"}, {"SAGAS_DB_PORT", "1"}});
  CHECK(serve.code == 3);
  CHECK(serve.err.find("see db.host and db.port") != std::string::npos);
}
