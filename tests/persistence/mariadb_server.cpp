#include "tests/persistence/mariadb_server.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <soci/soci.h>

#include "support/catch.hpp"

namespace sagas::test {
namespace {

std::string other_system() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  const char* given = std::getenv("SAGAS_TEST_SERVER_ROOT");
  return given == nullptr ? std::string{} : std::filesystem::canonical(given).string();
}

} // namespace

mariadb_server::mariadb_server(std::vector<std::string> flags)
  : mariadb_server(other_system(), std::move(flags)) {}

mariadb_server::mariadb_server(const std::string& system, std::vector<std::string> flags)
  : private_mariadb(system.empty() ? std::filesystem::temp_directory_path()
                                   : std::filesystem::path{system + "/tmp"},
                    std::move(flags), system) {}

std::string mariadb_server::fresh_name() { return "sagas_" + std::to_string(++databases_); }

result<std::string> try_ask(const mysql_terms& server, const std::string& query) {
  return as_mysql_value([&]() -> result<std::string> {
    std::string text;
    const auto session = open_mysql_session(server);
    const soci::rowset<soci::row> rows = session->prepare << query;
    for (const soci::row& row : rows) {
      if (!text.empty())
        text += '\n';
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0)
          text += '|';
        if (row.get_indicator(i) == soci::i_null)
          continue;
        switch (row.get_properties(i).get_data_type()) {
        case soci::dt_integer: text += std::to_string(row.get<int>(i)); break;
        case soci::dt_long_long: text += std::to_string(row.get<long long>(i)); break;
        case soci::dt_unsigned_long_long:
          text += std::to_string(row.get<unsigned long long>(i));
          break;
        case soci::dt_double: text += std::to_string(row.get<double>(i)); break;
        default: text += row.get<std::string>(i); break;
        }
      }
    }
    return text;
  });
}

std::string ask(const mysql_terms& server, const std::string& query) {
  const auto asked = try_ask(server, query);
  INFO(query << ": " << (asked ? "" : asked.error().message));
  REQUIRE(asked);
  return *asked;
}

void run(const mysql_terms& server, const std::string& statement) {
  const status done = as_mysql_value([&]() -> status {
    *open_mysql_session(server) << statement;
    return nothing{};
  });
  INFO(statement << ": " << (done ? "" : done.error().message));
  REQUIRE(done);
}

} // namespace sagas::test
