// A private MariaDB server for tests: own folder, own socket and port, gone with the test program.
#pragma once

#include <sys/types.h>

#include <string>

#include "persistence/mysql_session.hpp"
#include "support/temp_folder.hpp"

namespace sagas::test {

class mariadb_server {
public:
  /// The one of this program, started when it is asked for first. The test fails, and says what to
  /// install, when there is no mariadbd.
  static mariadb_server& shared();

  mariadb_server();
  mariadb_server(const mariadb_server&) = delete;
  mariadb_server& operator=(const mariadb_server&) = delete;
  ~mariadb_server();

  /// How root reaches a database of it over TCP.
  mysql_terms terms(const std::string& database) const;
  /// The name of a database that nobody has used; it does not exist yet.
  std::string fresh_name();

  // What happens to it.
  void kill();   ///< as by kill -9; waits until it is gone
  void start();  ///< after kill(); waits until it answers
  void freeze(); ///< SIGSTOP
  void thaw();   ///< SIGCONT

private:
  temp_folder folder_;
  int port_ = 0;
  int databases_ = 0;
  ::pid_t pid_ = 0;
};

/// The rows of a query as text: columns apart by '|', rows by '\n', NULL as nothing. Fails the test
/// when the server refuses it.
std::string ask(const mysql_terms& server, const std::string& query);
/// Runs one statement.
void run(const mysql_terms& server, const std::string& statement);

} // namespace sagas::test
