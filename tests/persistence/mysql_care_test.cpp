// Whether a database's tables are as they must be, told table by table.
#include "persistence/copied_tables.hpp"
#include "persistence/mysql_care.hpp"
#include "persistence/mysql_tables.hpp"
#include "persistence/schema.hpp"
#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

std::vector<std::string> faults_of(const mysql_terms& server) {
  const auto found = check_mysql_tables(server);
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  return found->faults;
}

} // namespace

TEST_CASE("both schemas are of one version, and hold the same tables",
          "[persistence][mysql][copy]") {
  CHECK(schema::version() == mysql_tables::migrations().back().version);
  store_bed bed{store_kind::mariadb};
  const auto faults = faults_of(bed.mysql_options().server);
  for (const std::string& each : faults) {
    INFO(each);
    CHECK(false);
  }
  const auto tables = copied_tables(schema::version());
  REQUIRE(tables);
  std::string here;
  for (const copied_table& table : *tables)
    here += "'" + table.name + "', ";
  CHECK(ask(bed.mysql_options().server,
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND "
            "table_name NOT IN ("
              + here + "'esquema', 'contadores', 'escritores')")
        == "");
}

TEST_CASE("each fault of a table is named", "[persistence][mysql][copy]") {
  struct fault {
    const char* made_by;
    const char* told;
  };
  for (const fault& each :
       {fault{"DROP TABLE lotes", "lotes is missing"},
        fault{"DROP TABLE contadores", "contadores is missing"},
        fault{"ALTER TABLE nodos ENGINE=MyISAM", "nodos is not of the engine InnoDB"},
        fault{"ALTER TABLE nodos CONVERT TO CHARACTER SET latin1", "not of the collation"},
        fault{"ALTER TABLE sagas DROP COLUMN metadatos", "sagas lacks the column metadatos"},
        fault{"ALTER TABLE pasos_saga MODIFY orden DOUBLE NOT NULL", "has orden as double"},
        fault{"ALTER TABLE definiciones DROP PRIMARY KEY", "another primary key"},
        fault{"ALTER TABLE estadisticas_sagas DROP PRIMARY KEY, ADD PRIMARY KEY (periodo, tipo, "
              "estado)",
              "another primary key"},
        fault{"ALTER TABLE sagas DROP INDEX sagas_estado", "lacks the index sagas_estado"},
        fault{"ALTER TABLE eventos_saga DROP FOREIGN KEY eventos_saga_ibfk_1",
              "eventos_saga lacks the foreign key to sagas"},
        fault{"UPDATE contadores SET valor = 0 WHERE nombre = 'epoca'", "counter epoca is behind"},
        fault{"DELETE FROM contadores WHERE nombre = 'lote'", "counter lote is behind"}}) {
    INFO(each.made_by);
    store_bed bed{store_kind::mariadb};
    bed.close();
    run(bed.mysql_options().server, each.made_by);
    const auto faults = faults_of(bed.mysql_options().server);
    REQUIRE(faults.size() == 1);
    INFO(faults.front());
    CHECK(faults.front().find(each.told) != std::string::npos);
  }
}

TEST_CASE("an older database is upgraded apart, when nobody serves it", "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  const mysql_terms server = bed.mysql_options().server;
  const auto newest = mysql_tables::migrations().back().version;
  const auto present = upgrade_mysql_tables(server, false);
  REQUIRE(present);
  CHECK(present->from == newest);
  run(server, "UPDATE esquema SET version = 0");
  const auto told = upgrade_mysql_tables(server, true);
  REQUIRE(told);
  CHECK(told->from == 0);
  CHECK(ask(server, "SELECT version FROM esquema") == "0");
  CHECK(upgrade_mysql_tables(server, false).error().code == errc::conflict); // held
  bed.close();
  REQUIRE(upgrade_mysql_tables(server, false));
  CHECK(ask(server, "SELECT version FROM esquema") == std::to_string(newest));
  CHECK(check_mysql_tables(mariadb_server::shared().terms("nadie")).error().code
        == errc::not_found);
}
