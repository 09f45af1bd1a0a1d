#include "tests/persistence/plain_sql.hpp"

#include <sqlite3.h>

#include "support/catch.hpp"

namespace sagas::test {
namespace {

int append_row(void* rows, int columns, char** values, char**) {
  std::string& text = *static_cast<std::string*>(rows);
  if (!text.empty())
    text += '\n';
  for (int i = 0; i < columns; ++i)
    text += std::string{i == 0 ? "" : "|"} + (values[i] == nullptr ? "" : values[i]);
  return 0;
}

} // namespace

void run(const std::string& path, const std::string& statements) { ask(path, statements); }

std::string ask(const std::string& path, const std::string& query) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
  sqlite3_busy_timeout(connection, 5'000);
  std::string rows;
  char* problem = nullptr;
  const int code = sqlite3_exec(connection, query.c_str(), append_row, &rows, &problem);
  const std::string message = problem == nullptr ? "" : problem;
  sqlite3_free(problem);
  sqlite3_close(connection);
  INFO(message);
  REQUIRE(code == SQLITE_OK);
  return rows;
}

} // namespace sagas::test
