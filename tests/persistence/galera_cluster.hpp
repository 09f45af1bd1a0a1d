// A private Galera cluster of three of this machine's MariaDB, on loopback, gone with the program.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "tests/persistence/mariadb_server.hpp"

namespace sagas::test {

class galera_cluster {
public:
  static constexpr std::size_t size = 3;

  /// The one of this program: made when it is asked for first, which takes half a minute.
  static galera_cluster& shared();

  galera_cluster();

  mariadb_server& node(std::size_t i) { return *nodes_.at(i); }
  /// Starts what was killed; true when every node is ready and sees all others.
  bool make_whole();
  /// The value of a status variable of a node; empty when it can't be asked.
  std::string status_of(std::size_t i, const std::string& name) const;

private:
  bool await(std::size_t i, const std::string& name, const std::string& value) const;

  std::array<std::array<int, 3>, size> ports_{}; // of a node: the group's, the transfers'
  std::array<std::unique_ptr<mariadb_server>, size> nodes_;
};

} // namespace sagas::test
