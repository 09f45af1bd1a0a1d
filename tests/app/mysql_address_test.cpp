#include "app/mysql_address.hpp"
#include "support/catch.hpp"

using namespace sagas;

namespace {

mysql_terms configured() {
  mysql_terms made;
  made.host = "sagas-db";
  made.user = "sagas";
  made.password = "secreto";
  return made;
}

} // namespace

TEST_CASE("an address of a MySQL database says what differs from the configuration", "[app]") {
  const auto all = parse_mysql_address("mysql://ana@db.example:3307/otra", configured());
  REQUIRE(all);
  CHECK(all->user == "ana");
  CHECK(all->host == "db.example");
  CHECK(all->port == 3307);
  CHECK(all->database == "otra");
  CHECK(all->password == "secreto");
  for (const char* text : {"mysql://[::1]", "mysql://[::1]/", "mysql://[::1]:3306/sagas"}) {
    INFO(text);
    const auto least = parse_mysql_address(text, configured());
    REQUIRE(least);
    CHECK(least->host == "::1");
    CHECK(least->port == 3306);
    CHECK(least->user == "sagas");
    CHECK(least->database == "sagas");
  }
}

TEST_CASE("a wrong address is refused, and never repeated with its password", "[app]") {
  for (const char* text :
       {"mysql:", "mysql://", "mysql://a b", "mysql://h:port", "mysql://h:99999", "mysql://h:0",
        "mysql://h/a/b", "mysql://@h", "mysql://u@", "mysql://h/s?x=1", "mysql://u:p4ss@h"}) {
    INFO(text);
    const auto read = parse_mysql_address(text, configured());
    REQUIRE_FALSE(read);
    CHECK(read.error().code == errc::invalid_input);
    CHECK(read.error().message.find("p4ss") == std::string::npos);
  }
}
