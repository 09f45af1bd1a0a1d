// The queries' SQL as MySQL and MariaDB want it. Internal to persistence/.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sagas::mysql_dialect {

/// A statement for SOCI, which has named parameters and knows them by their place.
struct form {
  struct use {
    std::size_t parameter; ///< from 0
    bool number;           ///< LIMIT and OFFSET take no text
  };
  std::string sql;
  std::vector<use> uses; ///< in the order of the text
};

/// From what read_sql.hpp and search_sql.hpp have: ?1 for the first parameter, INDEXED BY, and
/// CROSS JOIN for one that keeps the order of its tables.
form from_common(const std::string& sql);

/// The statement that keeps the planner from turning an EXISTS into a join in another order.
/// `version` is what VERSION() answers: MySQL refuses a switch that only MariaDB has.
std::string keep_subqueries(const std::string& version);

/// Answers a row that ends in ON when the server is a node of a Galera cluster, elsewhere OFF or
/// no row.
inline constexpr const char* ask_clustered = "SHOW VARIABLES LIKE 'wsrep_on'";
/// From then on each transaction sees what every node has committed before its beginning: without
/// it, a store that has moved to another node could look for its last commit too early.
inline constexpr const char* see_every_node = "SET SESSION wsrep_sync_wait = 1";

} // namespace sagas::mysql_dialect
