// How the common SQL is written for MySQL and MariaDB.
#include "persistence/mysql_dialect.hpp"
#include "support/catch.hpp"

using namespace sagas;

TEST_CASE("common SQL becomes MySQL's", "[persistence][mysql]") {
  const auto form = mysql_dialect::from_common(
    "SELECT q.a FROM t AS q INDEXED BY t_a CROSS JOIN u AS s INDEXED BY sqlite_autoindex_u_1 "
    "ON s.a = q.a WHERE q.a < ?2 AND q.b = ?1 AND s.c = ?2 LIMIT ?3 OFFSET ?4");
  CHECK(form.sql
        == "SELECT q.a FROM t AS q FORCE INDEX (t_a) STRAIGHT_JOIN u AS s FORCE INDEX (PRIMARY) "
           "ON s.a = q.a WHERE q.a < :p1 AND q.b = :p2 AND s.c = :p3 LIMIT :p4 OFFSET :p5");
  std::vector<std::size_t> parameters;
  std::vector<bool> numbers;
  for (const auto& use : form.uses) {
    parameters.push_back(use.parameter);
    numbers.push_back(use.number);
  }
  CHECK(parameters == std::vector<std::size_t>{1, 0, 1, 2, 3});
  CHECK(numbers == std::vector<bool>{false, false, false, true, true});
}

TEST_CASE("a parameter's number may have many digits", "[persistence][mysql]") {
  const auto form = mysql_dialect::from_common("SELECT a FROM t WHERE a IN (?9, ?10, ?64)");
  CHECK(form.sql == "SELECT a FROM t WHERE a IN (:p1, :p2, :p3)");
  REQUIRE(form.uses.size() == 3);
  CHECK(form.uses[1].parameter == 9);
  CHECK(form.uses[2].parameter == 63);
}

TEST_CASE("an index named at the end of a statement is found", "[persistence][mysql]") {
  CHECK(mysql_dialect::from_common("SELECT a FROM t INDEXED BY t_a").sql
        == "SELECT a FROM t FORCE INDEX (t_a)");
}

TEST_CASE("a switch that only MariaDB has is not set on MySQL", "[persistence][mysql]") {
  const auto has = [](const char* version) {
    return mysql_dialect::keep_subqueries(version).find("exists_to_in") != std::string::npos;
  };
  CHECK(has("10.11.19-MariaDB-0+deb12u1"));
  CHECK_FALSE(has("9.7.0"));
}
