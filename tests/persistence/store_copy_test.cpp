// Copies between a SQLite file and a database on a server: the same store on either side.
#include <filesystem>
#include <random>

#include "persistence/copy_rows.hpp"
#include "persistence/mysql_snapshot.hpp"
#include "persistence/sqlite_rows.hpp"
#include "persistence/store_copy.hpp"
#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/persistence/script.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;
namespace fs = std::filesystem;

namespace {

// A database on the server with sagas in all states, counters of two writers, and awkward texts.
void fill(store_bed& bed, const script& what) {
  bed.close();
  bed.mysql_options().writers = 2;
  auto writers = open_mysql_stores(bed.mysql_options());
  REQUIRE(writers);
  for (std::size_t i = 0; i < what.batches.size(); ++i)
    REQUIRE((*writers)[0]->commit(what.batches[i], noon));
  saga_run other{9'000};
  const std::string key{"clave \0 'ñ' \\ ", 15};
  REQUIRE((*writers)[1]->commit(std::vector{other.start(key, "h")}, noon));
  REQUIRE((*writers)[1]->commit(std::vector{other.done(0, R"({"texto":"ñandú 🦤 'x' \\ %s"})")},
                                noon));
}

row_findings compare(const mysql_terms& server, const std::string& file) {
  auto from = read_mysql_rows(server);
  REQUIRE(from);
  auto to = read_sqlite_rows(file, opened_as::at_rest);
  REQUIRE(to);
  const auto found = compare_rows(**from, **to, {});
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  return *found;
}

} // namespace

TEST_CASE("a database on a server is copied whole into a file", "[persistence][mysql][copy]") {
  const script what = make_script(30);
  store_bed bed{store_kind::mariadb};
  fill(bed, what);
  const temp_folder folder;
  const std::string to = folder.file("copy.db");
  const auto copied = export_mysql({.from = bed.mysql_options().server, .to = to});
  INFO((copied ? "" : copied.error().message));
  REQUIRE(copied);
  CHECK(copied->rows > 200);
  CHECK(fs::status(to).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(
    ask(to, "SELECT count(*) FROM claves_idempotencia WHERE hex(clave) LIKE '636C61766520002027%'")
    == "1");
  // The feed goes on under the same positions.
  CHECK(ask(to, "SELECT max(lote), count(*) FROM lotes")
        == ask(bed.mysql_options().server, "SELECT max(lote), count(*) FROM lotes"));
  CHECK(ask(to, "SELECT max(epoca) FROM nodos")
        == ask(bed.mysql_options().server, "SELECT valor FROM contadores WHERE nombre = 'epoca'"));
  CHECK(export_mysql({.from = bed.mysql_options().server, .to = to}).error().code
        == errc::conflict);
  auto reopened = open_sqlite_store({.path = to});
  INFO((reopened ? "" : reopened.error().message));
  REQUIRE(reopened);
  for (const auto& [id, saga] : what.after.back()) {
    const auto found = (*reopened)->find(id);
    REQUIRE(found);
    REQUIRE(found->has_value());
    CHECK((*found)->header == saga.header);
  }
}

TEST_CASE("a comparison names every difference by table and key", "[persistence][mysql][copy]") {
  store_bed bed{store_kind::mariadb};
  fill(bed, make_script(10));
  const mysql_terms server = bed.mysql_options().server;
  const temp_folder folder;
  const std::string file = folder.file("copy.db");
  REQUIRE(export_mysql({.from = server, .to = file}));
  CHECK(compare(server, file).differences_total == 0);

  run(file, "UPDATE pasos_saga SET datos_salida = NULL, indice = 7 WHERE id = 2");
  run(file, "DELETE FROM eventos_saga; DELETE FROM lotes WHERE lote = 3");
  run(file, "INSERT INTO nodos VALUES ('otro', 1, '2026-01-01 00:00:00.000')");
  run(file, "UPDATE estadisticas_sagas SET cuenta = cuenta + 1 WHERE periodo = 'TOTAL'");
  const row_findings found = compare(server, file);
  std::string all;
  for (const std::string& each : found.differences)
    all += each + "\n";
  INFO(all);
  CHECK(found.differences_total == found.differences.size());
  CHECK(all.find("pasos_saga 2 differs in indice") != std::string::npos);
  CHECK(all.find("lotes 3 is missing in the copy") != std::string::npos);
  CHECK(all.find("nodos otro is in the copy alone") != std::string::npos);
  CHECK(all.find("estadisticas_sagas TOTAL/") != std::string::npos);
}

TEST_CASE("real numbers have one text in every database", "[persistence][mysql][copy]") {
  const mysql_terms server = mariadb_server::shared().terms("");
  std::mt19937_64 random{7};
  for (int i = 0; i < 200; ++i) {
    const double value = std::uniform_real_distribution<>{0, i % 2 ? 1e6 : 1e-2}(random);
    const std::string text = canonical_real(value);
    const auto session = open_mysql_session(server);
    std::string back;
    *session << "SELECT " << text << "e0", soci::into(back);
    CHECK(canonical_real(back) == text);
  }
}

TEST_CASE("what is no database of ours is not copied", "[persistence][mysql][copy]") {
  mariadb_server& server = mariadb_server::shared();
  const temp_folder folder;
  const std::string to = folder.file("copy.db");
  const mysql_terms none = server.terms(server.fresh_name());
  CHECK(export_mysql({.from = none, .to = to}).error().code == errc::not_found);
  run(server.terms(""), "CREATE DATABASE " + none.database);
  CHECK(export_mysql({.from = none, .to = to}).error().code == errc::not_found);
  run(server.terms(""), "DROP DATABASE " + none.database);
  store_bed bed{store_kind::mariadb};
  run(bed.mysql_options().server, "UPDATE esquema SET version = 1000");
  CHECK(export_mysql({.from = bed.mysql_options().server, .to = to}).error().code
        == errc::conflict);
  CHECK_FALSE(fs::exists(to));
}
