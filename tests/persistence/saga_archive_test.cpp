// An archive holds what its source held, row by row, and counts it as a store does.
#include <filesystem>

#include "persistence/saga_archive.hpp"
#include "persistence/sqlite_queries.hpp"
#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

// Everything of these tables but the numbers of rows.
std::string content_of(const std::string& path) {
  std::string all;
  for (const char* query :
       {"SELECT * FROM sagas ORDER BY saga_id",
        "SELECT saga_id, orden, indice, paso_id, nombre, descripcion, microservicio, "
        "tipo_operacion, estado, resultado, intento_numero, intento_base, timestamp_inicio, "
        "timestamp_fin, duracion_segundos, proxima, error_mensaje, datos_entrada, datos_salida "
        "FROM pasos_saga ORDER BY 1, 2",
        "SELECT saga_id, momento, evento, paso, por, razon FROM eventos_saga ORDER BY id",
        "SELECT * FROM claves_idempotencia ORDER BY clave",
        "SELECT * FROM definiciones ORDER BY tipo",
        "SELECT * FROM estadisticas_sagas WHERE cuenta > 0 ORDER BY 1, 2, 3",
        "SELECT * FROM duraciones_sagas ORDER BY 1, 2, 3",
        "SELECT * FROM estadisticas_pasos ORDER BY 1, 2, 3, 4, 5",
        "SELECT * FROM duraciones_pasos ORDER BY 1, 2, 3, 4, 5",
        "SELECT * FROM servicios_de_tipos ORDER BY 1, 2"})
    all += test::ask(path, query) + "\n--\n";
  return all;
}

// Sagas that have ended: one as it should after a retry, one undone, one decided by hand.
std::vector<saga_id> fill(store_bed& bed) {
  REQUIRE(bed->save_definition({"prueba", 1, document{R"({"tipo":"prueba"})"}, noon}));
  saga_run completed{1}, undone{2}, paused{3};
  bed.commit(completed.start("pedido-1", "huella"));
  completed.now = undone.now = noon + milliseconds{1'234};
  bed.commit(completed.done(0, R"({"texto":"ñandú 'uno' \"dos\""})"));
  completed.now = noon + milliseconds{5'678};
  bed.commit(completed.done(1));
  for (const changes& what : {undone.start(), undone.done(0), undone.refused(1), undone.done(0)})
    bed.commit(what);
  bed.commit(paused.start());
  bed.commit(paused.feed(pause_requested{noon, {"ana", "espera"}}));
  bed.commit(paused.feed(resume_requested{noon, {"ana", "sigue"}}));
  bed.commit(paused.done(0));
  bed.commit(paused.done(1));
  return {completed.id(), undone.id(), paused.id()};
}

std::size_t add(saga_archive& to, const std::vector<saga_id>& ids) {
  const auto added = to.add(ids);
  INFO((added ? "" : added.error().message));
  REQUIRE(added);
  return *added;
}

} // namespace

TEST_CASE("an archive of all sagas of a file equals it, however often they are added",
          "[persistence][sqlite][archive]") {
  store_bed bed{store_kind::sqlite};
  const auto ids = fill(bed);
  const temp_folder folder;
  const std::string file = folder.file("archive.db");
  {
    const auto archive = open_sqlite_archive(file, bed.path());
    INFO((archive ? "" : archive.error().message));
    REQUIRE(archive);
    CHECK(add(**archive, {ids[0]}) == 1);
    CHECK(add(**archive, ids) == 2);                                             // one is there
    CHECK(open_sqlite_archive(file, bed.path()).error().code == errc::conflict); // in use
  }
  const auto again = open_sqlite_archive(file, bed.path());
  REQUIRE(again);
  CHECK(add(**again, ids) == 0);
  CHECK(add(**again, {saga_run::id_of(99)}) == 0);
  bed.close();
  CHECK(content_of(file) == content_of(bed.path()));
  CHECK(test::ask(file, "SELECT sagas FROM archivo ORDER BY id") == "3\n0");
  CHECK(std::filesystem::status(file).permissions()
        == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("an archive out of MariaDB equals one out of a file", "[persistence][mysql][archive]") {
  const temp_folder folder;
  store_bed served{store_kind::mariadb}, filed{store_kind::sqlite};
  const auto ids = fill(served);
  fill(filed);
  {
    const auto archive = open_mysql_archive(folder.file("a.db"), served.mysql_options().server);
    INFO((archive ? "" : archive.error().message));
    REQUIRE(archive);
    CHECK(add(**archive, ids) == 3);
  }
  filed.close();
  CHECK(content_of(folder.file("a.db")) == content_of(filed.path()));
}

TEST_CASE("an archive is read like a store", "[persistence][sqlite][archive]") {
  store_bed bed{store_kind::sqlite};
  const auto ids = fill(bed);
  const temp_folder folder;
  {
    const auto archive = open_sqlite_archive(folder.file("a.db"), bed.path());
    REQUIRE(archive);
    add(**archive, ids);
  }
  const auto reads = open_sqlite_queries(folder.file("a.db"), 1);
  REQUIRE(reads);
  CHECK((*reads)->search({})->sagas.size() == 3);
  CHECK((*reads)->stats({}, {}, noon)->total == 3);
  CHECK((*reads)->steps(ids[1])->size() == 3);
  CHECK((*reads)->history(ids[2])->size() == 2);
}

TEST_CASE("a database is no archive", "[persistence][sqlite][archive]") {
  store_bed source{store_kind::sqlite}, other{store_kind::sqlite};
  CHECK(open_sqlite_archive(other.path(), source.path()).error().code == errc::conflict); // held
  other.close();
  const auto refused = open_sqlite_archive(other.path(), source.path());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::conflict);
  CHECK(refused.error().message.find("--to") != std::string::npos);
}
