// A private MariaDB under the server, which reaches it through a proxy.
#pragma once

#include <memory>

#include "chaos/database.hpp"
#include "persistence/mysql_session.hpp"
#include "support/private_mariadb.hpp"
#include "support/tcp_proxy.hpp"

namespace sagas::chaos {

class mariadb_database final : public database {
public:
  /// A new database of that server, which must outlive it; a copy for the audit goes to `folder`.
  static result<std::unique_ptr<mariadb_database>> make(test::private_mariadb& server,
                                                        std::string folder);

  std::map<std::string, std::string> environment() const override;
  result<std::uint64_t> in_flight() override;
  result<std::int64_t> newest_commit() override;
  result<std::int64_t> take_over() override;
  status await_owner() override;
  result<std::string> as_file() override;

  test::private_mariadb& server() { return server_; }
  test::tcp_proxy& network() { return *network_; }

private:
  mariadb_database(test::private_mariadb& server, std::string folder,
                   std::unique_ptr<test::tcp_proxy> network);

  result<std::int64_t> number(const std::string& query);

  test::private_mariadb& server_;
  const std::string folder_;
  const mysql_terms terms_; // past the proxy
  std::unique_ptr<test::tcp_proxy> network_;
};

} // namespace sagas::chaos
