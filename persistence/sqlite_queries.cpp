#include "persistence/sqlite_queries.hpp"

#include "persistence/read_pool.hpp"
#include "persistence/sql_queries.hpp"
#include "persistence/sqlite_search.hpp"

namespace sagas {
namespace {

constexpr std::size_t sessions_max = 64;

} // namespace

result<std::unique_ptr<queries>> open_sqlite_queries(const std::string& path, std::size_t sessions,
                                                     std::chrono::milliseconds wait,
                                                     const std::string& vfs,
                                                     const payload_keys_ptr& keys) {
  if (sessions == 0 || sessions > sessions_max)
    return {errc::invalid_input, "the number of read sessions must be 1 to 64"};
  return as_value([&]() -> result<std::unique_ptr<queries>> {
    const session_terms terms{.path = path, .vfs = vfs, .read_only = true, .busy_timeout = wait};
    return std::unique_ptr<queries>{std::make_unique<sql_queries<read_pool, read_session>>(
      std::make_unique<read_pool>(terms, sessions, wait, keys))};
  });
}

} // namespace sagas
