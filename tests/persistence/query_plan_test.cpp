// Costs must not grow with the number of sagas stored: asks SQLite how it would run each statement
// that the queries have, and refuses scans of tables and sorts.
#include <algorithm>
#include <set>

#include "persistence/schema.hpp"
#include "persistence/search_sql.hpp"
#include "persistence/sqlite_removal.hpp"
#include "tests/persistence/searches.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/persistence/plain_sql.hpp"

namespace sagas {
namespace {

std::string file_with_schema(const test::temp_folder& folder) {
  std::string path = folder.file("plan.db");
  for (const schema::migration& step : schema::migrations())
    for (const char* statement : step.statements)
      test::run(path, statement);
  return path;
}

// What is wrong with a plan; empty when nothing is.
std::string fault_of(const std::string& plan) {
  for (const char* forbidden :
       {"SCAN sagas", "SCAN s", "SCAN n", "SCAN p", "SCAN q", "SCAN lotes", "SCAN pasos_saga",
        "SCAN eventos_saga", "TEMP B-TREE", "SCAN estadisticas", "SCAN duraciones",
        "SCAN servicios", "SCAN ajustes"})
    if (plan.find(forbidden) != std::string::npos)
      return forbidden;
  return {};
}

} // namespace

TEST_CASE("the plan test sees a scan and a sort", "[persistence][queries]") {
  const test::temp_folder folder;
  const std::string path = file_with_schema(folder);
  const auto fault = [&](const std::string& sql) {
    return fault_of(test::ask(path, "EXPLAIN QUERY PLAN " + sql));
  };
  CHECK(fault("SELECT saga_id FROM sagas WHERE metadatos = 'x'") == "SCAN sagas");
  CHECK(fault("SELECT saga_id FROM sagas WHERE estado = 'x' ORDER BY campania_id")
        == "TEMP B-TREE");
  CHECK(fault("SELECT saga_id FROM sagas WHERE saga_id = 'x'").empty());
}

TEST_CASE("every query walks an index range", "[persistence][queries]") {
  const test::temp_folder folder;
  const std::string path = file_with_schema(folder);
  for (const std::string& sql : test::every_read()) {
    const std::string plan = test::ask(path, "EXPLAIN QUERY PLAN " + sql);
    INFO(sql << "\n" << plan);
    CHECK(fault_of(plan).empty());
  }
}

TEST_CASE("a removal finds its rows by indexes", "[persistence][removal]") {
  const test::temp_folder folder;
  const std::string path = file_with_schema(folder);
  CHECK(sqlite_removal::statements().size() == 7);
  for (const std::string& sql : sqlite_removal::statements()) {
    const std::string plan = test::ask(path, "EXPLAIN QUERY PLAN " + sql);
    INFO(sql << "\n" << plan);
    CHECK(fault_of(plan).empty());
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("SEARCH") != std::string::npos);
  }
}

TEST_CASE("every search walks an index range, newest first", "[persistence][queries]") {
  const test::temp_folder folder;
  const std::string path = file_with_schema(folder);
  std::set<std::string> statements;
  for (const saga_filter& filter : test::every_filter())
    for (const search_sql::way& way : search_sql::ways(filter))
      statements.insert({way.matches, way.candidate});
  CHECK(statements.size() > 80);
  for (const std::string& sql : statements) {
    const std::string plan = test::ask(path, "EXPLAIN QUERY PLAN " + sql);
    INFO(sql << "\n" << plan);
    CHECK(fault_of(plan).empty());
  }
}

} // namespace sagas
