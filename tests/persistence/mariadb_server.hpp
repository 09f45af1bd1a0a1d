// The private server of the tests, and plain SQL on it: this machine's MariaDB, or the server of
// the system that $SAGAS_TEST_SERVER_ROOT names (./dev test --mysql).
#pragma once

#include <string>
#include <vector>

#include "tests/support/private_mariadb.hpp"

namespace sagas::test {

class mariadb_server : public private_mariadb {
public:
  /// The one of this program, started when it is asked for first. The test fails, and says what to
  /// install, when there is no mariadbd. With $SAGAS_TEST_GALERA a node of the galera_cluster.
  static mariadb_server& shared();

  explicit mariadb_server(std::vector<std::string> flags = {"--innodb-buffer-pool-size=64M"});

  /// The name of a database that nobody has used; it does not exist yet.
  std::string fresh_name();

private:
  mariadb_server(const std::string& system, std::vector<std::string> flags);

  int databases_ = 0;
};

/// The rows of a query as text: columns apart by '|', rows by '\n', NULL as nothing.
result<std::string> try_ask(const mysql_terms& server, const std::string& query);
/// The same; fails the test when the server refuses it.
std::string ask(const mysql_terms& server, const std::string& query);
/// Runs one statement.
void run(const mysql_terms& server, const std::string& statement);

} // namespace sagas::test
