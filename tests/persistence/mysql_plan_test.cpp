// Costs must not grow with the number of sagas stored: asks the server how it would run each
// statement that the queries have, and refuses scans of tables and sorts.
#include <algorithm>
#include <set>

#include "persistence/mysql_queries.hpp"
#include "persistence/mysql_removal.hpp"
#include "persistence/mysql_reader.hpp"
#include "persistence/mysql_store.hpp"
#include "persistence/read_sql.hpp"
#include "support/catch.hpp"
#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/searches.hpp"

namespace sagas {
namespace {

using namespace test;

struct plan_row {
  text_field id, kind, table, type, possible, key, key_size, ref, rows, extra;
  text_field partitions, filtered; // of MySQL
  void fill(soci::statement& from) {
    if (mariadb_server::shared().is_mysql())
      fill_fields(from, id, kind, table, partitions, type, possible, key, key_size, ref, rows,
                  filtered, extra);
    else
      fill_fields(from, id, kind, table, type, possible, key, key_size, ref, rows, extra);
  }
};

// 20,000 sagas of one user, which call "a", and 20,000 of nobody, which call "b"; but for one.
class filled_database {
public:
  filled_database() {
    auto opened = open_mysql_stores({.server = terms, .writers = 1});
    INFO((opened ? "" : opened.error().message));
    REQUIRE(opened);
    run(terms,
        "INSERT INTO sagas WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n "
        "WHERE n < 199), seq (seq) AS (SELECT 1 + a.n * 200 + b.n FROM n AS a JOIN n AS b) "
        "SELECT concat('00000000-0000-7000-8000-', "
        "lpad(lower(hex(seq)), 12, '0')), 't', 1, 'COMPLETADA', 'ADELANTE', 'NINGUNA', 0, 0, "
        "1, '2026-01-01', '2026-01-02', 1, NULL, NULL, if(seq % 2 = 0, 'ana', NULL), NULL, "
        "NULL, NULL, NULL, NULL, NULL FROM seq");
    run(terms, "INSERT INTO pasos_saga SELECT NULL, saga_id, 1, 0, 'p', 'p', NULL, "
               "if(usuario_id IS NULL OR saga_id LIKE '%00000000001e', 'b', 'a'), 'ACCION', "
               "'COMPLETADO', 'HECHO', 1, 1, timestamp_inicio, NULL, NULL, NULL, NULL, NULL, NULL "
               "FROM sagas");
    run(terms, "INSERT INTO servicios_de_tipos VALUES ('b', 't')");
    ask(terms, "ANALYZE TABLE sagas, pasos_saga");
  }
  ~filled_database() { run(mariadb_server::shared().terms(""), "DROP DATABASE " + terms.database); }

  const mysql_terms terms = mariadb_server::shared().terms(mariadb_server::shared().fresh_name());
};

// What is wrong with the plan of a statement; empty when nothing is. A sort of the bounded lists
// that a UNION has put together is fine.
std::string fault_of(mysql_reader& from, const std::string& sql) {
  std::vector<std::string> parameters{"0fff", "0000", "10", "12", "t", "c", "u", "m", "11"};
  parameters.resize(read_sql::sagas_at_once, "0fff");
  std::string fault;
  from.ask<plan_row>("EXPLAIN FORMAT=TRADITIONAL " + sql, parameters, [&](const plan_row& row) {
    const std::string extra = row.extra.as_text();
    if (row.table.as_text().starts_with("<union"))
      return;
    if (row.kind.as_text() == "INSERT" || row.kind.as_text() == "REPLACE")
      return; // MySQL lists what is written to, as if it were read
    if (row.type.as_text() == "ALL" || row.type.as_text() == "index")
      fault += " a scan of " + row.table.as_text();
    for (const char* bad : {"filesort", "temporary", "join buffer"})
      if (extra.find(bad) != std::string::npos)
        fault += std::string{" "} + bad + " of " + row.table.as_text();
  });
  return fault;
}

std::set<std::string> every_statement() {
  const std::vector<std::string> reads = every_read();
  std::set<std::string> all{reads.begin(), reads.end()};
  for (const saga_filter& filter : every_filter())
    for (const search_sql::way& way : search_sql::ways(filter, search_sql::merging::bounded))
      all.insert({way.matches, way.candidate});
  return all;
}

} // namespace

TEST_CASE("every query of MySQL walks an index range", "[persistence][mysql]") {
  const filled_database database;
  mysql_reader reader{database.terms};
  CHECK(fault_of(reader, "SELECT saga_id FROM sagas WHERE metadatos = 'x'") == " a scan of sagas");
  CHECK(fault_of(reader,
                 "SELECT saga_id FROM sagas WHERE estado = 'x' ORDER BY duracion_total_segundos")
        == " filesort of sagas");
  const std::set<std::string> all = every_statement();
  CHECK(all.size() > 90);
  for (const std::string& sql : all) {
    INFO(sql);
    CHECK(fault_of(reader, sql).empty());
  }
}

TEST_CASE("a removal from MySQL finds its rows by indexes", "[persistence][mysql][removal]") {
  const filled_database database;
  mysql_reader reader{database.terms};
  CHECK(mysql_removal::statements().size() == 7);
  for (const std::string& head : mysql_removal::statements()) {
    INFO(head);
    CHECK(fault_of(reader, head
                             + "'00000000-0000-7000-8000-000000000001', "
                               "'00000000-0000-7000-8000-000000000002')")
          == "");
  }
}

TEST_CASE("a search in vain on MySQL comes in short pages and misses nothing",
          "[persistence][mysql]") {
  const filled_database database;
  const auto reads = open_mysql_queries({.server = database.terms, .size = 1});
  REQUIRE(reads);
  check_search_in_vain(**reads);
}

} // namespace sagas
