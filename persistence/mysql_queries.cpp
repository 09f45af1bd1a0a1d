#include "persistence/mysql_queries.hpp"

#include <utility>

#include "persistence/mysql_pool.hpp"
#include "persistence/sql_queries.hpp"

namespace sagas {

result<std::unique_ptr<queries>> open_mysql_queries(const mysql_pool_terms& terms) {
  if (terms.size == 0)
    return {errc::invalid_input, "the pool of read sessions must hold one at least"};
  auto made = std::make_unique<sql_queries<mysql_pool, mysql_reader>>(
    std::make_unique<mysql_pool>(terms));
  if (const status reached = made->ping(); !reached)
    return reached.error();
  return std::unique_ptr<queries>{std::move(made)};
}

} // namespace sagas
