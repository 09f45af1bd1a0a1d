// Copies between a SQLite file and a database on a server: the same store on either side.
#include <filesystem>
#include <random>

#include "persistence/copy_rows.hpp"
#include "persistence/mended_rows.hpp"
#include "persistence/mysql_snapshot.hpp"
#include "persistence/mysql_target.hpp"
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

// A database on the server that is gone with the test.
class fresh_database {
public:
  fresh_database() : terms(at_.terms(at_.fresh_name())) {}
  ~fresh_database() { run(at_.terms(""), "DROP DATABASE IF EXISTS " + terms.database); }

private:
  mariadb_server& at_ = mariadb_server::shared();

public:
  const mysql_terms terms;
};

// A closed file with sagas in all states, and texts that MySQL does not take as they are.
std::string fill_file(store_bed& bed, const script& what) {
  for (const auto& batch : what.batches)
    bed.commit(batch);
  saga_run awkward{9'000};
  bed.commit(awkward.start(std::string{"clave \xff\0 ' ", 11}, "h"));
  bed.commit(awkward.done(0, R"({"texto":"ñandú 🦤 'x' \\ :p %s"})"));
  saga_run broken{9'001};
  bed.commit(broken.start());
  bed.commit(broken.answer(0, {outcome_kind::business_failure, {}, "negocio", "roto \xc3(", {}}));
  bed.close();
  return bed.path();
}

void check_sagas(store& of, const script& what) {
  for (const auto& [id, saga] : what.after.back()) {
    const auto found = of.find(id);
    INFO((found ? "" : found.error().message));
    REQUIRE(found);
    REQUIRE(found->has_value());
    CHECK((*found)->header == saga.header);
  }
}

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
  check_sagas(**reopened, what);
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

TEST_CASE("a file is copied whole into a database, and back", "[persistence][mysql][copy]") {
  const script what = make_script(30);
  store_bed bed{store_kind::sqlite};
  const std::string file = fill_file(bed, what);
  const fresh_database to;
  const auto copied = import_to_mysql({.from = file, .to = to.terms});
  INFO((copied ? "" : copied.error().message));
  REQUIRE(copied);
  CHECK(copied->rows > 200);
  CHECK(copied->mended == 2); // of the saga and of its step
  const temp_folder folder;
  const std::string back = folder.file("back.db");
  REQUIRE(export_mysql({.from = to.terms, .to = back}));
  const auto first = read_sqlite_rows(file, opened_as::reader);
  const auto last = read_sqlite_rows(back, opened_as::at_rest);
  REQUIRE(first);
  REQUIRE(last);
  const auto same = compare_rows(**first, **last, {});
  REQUIRE(same);
  CHECK(same->differences_total == 2); // what was mended

  const std::string batches = ask(file, "SELECT max(lote) FROM lotes");
  const std::string epoch = ask(file, "SELECT max(epoca) FROM nodos");
  auto stores = open_mysql_stores({.server = to.terms, .writers = 2});
  INFO((stores ? "" : stores.error().message));
  REQUIRE(stores);
  CHECK(std::to_string(stores->front()->epoch() - 1) == epoch);
  check_sagas(*stores->front(), what);
  saga_run next{10'000};
  const auto done = stores->back()->commit(std::vector{next.start()}, noon);
  REQUIRE(done);
  CHECK(std::to_string(done->events.batch - 1) == batches); // positions go on
}

TEST_CASE("an interrupted copy is refused by servers, and begun anew",
          "[persistence][mysql][copy]") {
  store_bed bed{store_kind::sqlite};
  const std::string file = fill_file(bed, make_script(5));
  const fresh_database to;
  {
    auto source = read_sqlite_rows(file, opened_as::reader);
    REQUIRE(source);
    auto target = fill_mysql_database(to.terms, (*source)->version());
    REQUIRE(target);
    mended_rows rows{**source};
    REQUIRE(copy_rows(rows, **target, {}));
    CHECK(open_mysql_stores({.server = to.terms, .owner_wait = {}}).error().code == errc::conflict);
  }
  const auto served = open_mysql_stores({.server = to.terms});
  REQUIRE_FALSE(served);
  CHECK(served.error().code == errc::conflict);
  CHECK(served.error().message.find("never finished") != std::string::npos);
  const temp_folder folder;
  CHECK(export_mysql({.from = to.terms, .to = folder.file("x.db")}).error().code == errc::conflict);

  const auto again = import_to_mysql({.from = file, .to = to.terms, .epochs_lifted = true});
  INFO((again ? "" : again.error().message));
  REQUIRE(again);
  auto stores = open_mysql_stores({.server = to.terms});
  REQUIRE(stores);
  CHECK(stores->front()->epoch() > 1'000'000);
}

TEST_CASE("a target that is in use, or holds sagas, stays as it is", "[persistence][mysql][copy]") {
  store_bed bed{store_kind::sqlite};
  const std::string file = fill_file(bed, make_script(2));
  store_bed served{store_kind::mariadb};
  const import_terms what{.from = file, .to = served.mysql_options().server};
  CHECK(import_to_mysql(what).error().code == errc::conflict);
  served.close();
  const auto filled = import_to_mysql(what);
  REQUIRE_FALSE(filled);
  CHECK(filled.error().code == errc::conflict);
  CHECK(filled.error().message.find("sagas already") != std::string::npos);
  served.reopen();
}

TEST_CASE("a row that MySQL refuses is named, and nothing is served",
          "[persistence][mysql][copy]") {
  store_bed bed{store_kind::sqlite};
  const std::string file = fill_file(bed, make_script(2));
  run(file, "UPDATE pasos_saga SET paso_id = '0123456789012345678901234567890123456789' "
            "WHERE id = 3");
  const fresh_database to;
  const auto copied = import_to_mysql({.from = file, .to = to.terms});
  REQUIRE_FALSE(copied);
  INFO(copied.error().message);
  CHECK(copied.error().code == errc::invalid_input);
  CHECK(copied.error().message.find("pasos_saga: ") == 0);
  CHECK_FALSE(open_mysql_stores({.server = to.terms}));
}
