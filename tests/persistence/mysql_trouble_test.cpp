// What the server's error numbers mean for the transaction that they hit.
#include <initializer_list>

#include "persistence/mysql_session.hpp"
#include "support/catch.hpp"

using namespace sagas;

namespace {

void check_all(mysql_trouble kind, std::initializer_list<unsigned> codes) {
  for (const unsigned code : codes) {
    INFO(code);
    CHECK(classify(code) == kind);
  }
}

} // namespace

TEST_CASE("each error of the server is of its class", "[persistence][mysql]") {
  check_all(mysql_trouble::lost,
            {2006, 2013, 2055, 1053, 1927, 1158, 1159, 1160, 1161}); // outcome unknown
  check_all(mysql_trouble::redo, {1213, 1205, 1180, 1020, 3101});
  check_all(mysql_trouble::back_off, {1040, 1203, 1226, 2002, 2003, 1047});
  check_all(mysql_trouble::not_writable, {1290, 1792, 1836});
  check_all(mysql_trouble::poison, {1062, 1406, 1264, 1366, 1153});
}

// Found by a power cut under MariaDB: it answered 1030 while its disk was gone, before it died.
TEST_CASE("a server whose disk, memory or threads fail is away, not a reason to stop",
          "[persistence][mysql]") {
  check_all(mysql_trouble::back_off, {1021, 1024, 1026, 1030, 1037, 1038, 1041, 1114, 1135});
}
