// A server that speaks MySQL's protocol over TCP and has nothing behind it: for what no real server
// that can be had here would say, such as an old version.
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "persistence/mysql_session.hpp"

namespace sagas::test {

class fake_mysql {
public:
  /// A query that holds `asked` is answered with one row of one column; any other one with "done".
  struct line {
    std::string asked;
    std::string answer;
  };
  /// Listens on a port of 127.0.0.1; takes any user.
  fake_mysql(std::string version, std::vector<line> script);
  ~fake_mysql();
  fake_mysql(const fake_mysql&) = delete;
  fake_mysql& operator=(const fake_mysql&) = delete;

  mysql_terms terms() const;

private:
  void serve();
  void talk(int client) const;
  std::string answer_to(const std::string& query) const;

  const std::string version_;
  const std::vector<line> script_;
  int listener_ = -1;
  int port_ = 0;
  std::thread worker_;
};

} // namespace sagas::test
