// Reading the MySQL or MariaDB database of a store through a pool of sessions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "persistence/mysql_session.hpp"
#include "persistence/payload_keys.hpp"
#include "saga/queries.hpp"
#include "saga/result.hpp"

namespace sagas {

struct mysql_pool_terms {
  mysql_terms server;
  std::size_t size = 20;
  std::size_t overflow = 30;
  std::chrono::milliseconds wait{2'000};      ///< for a session, when all are in use
  std::chrono::milliseconds idle_max{30'000}; ///< then it is asked whether it still lives
  payload_keys_ptr keys = {};                 ///< that open payloads
};

/// The tables must be there: open the store first. Fails when the server cannot be reached.
result<std::unique_ptr<queries>> open_mysql_queries(const mysql_pool_terms& terms);

} // namespace sagas
