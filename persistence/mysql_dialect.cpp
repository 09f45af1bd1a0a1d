#include "persistence/mysql_dialect.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "saga/assert.hpp"

namespace sagas::mysql_dialect {
namespace {

constexpr std::string_view indexed = "INDEXED BY ";
constexpr std::string_view primary = "sqlite_autoindex"; // of a primary key
constexpr std::string_view ordered = "CROSS JOIN";

bool ends_number(const std::string& text) {
  return text.ends_with("LIMIT ") || text.ends_with("OFFSET ");
}

} // namespace

form from_common(const std::string& sql) {
  form made;
  for (std::size_t at = 0; at < sql.size();) {
    const std::string_view rest = std::string_view{sql}.substr(at);
    if (rest.starts_with(indexed)) {
      const std::size_t end = std::min(sql.find(' ', at + indexed.size()), sql.size());
      const std::string index = sql.substr(at + indexed.size(), end - at - indexed.size());
      made.sql += "FORCE INDEX (" + (index.starts_with(primary) ? "PRIMARY" : index) + ")";
      at = end;
    } else if (rest.starts_with(ordered)) {
      made.sql += "STRAIGHT_JOIN";
      at += ordered.size();
    } else if (rest.front() == '?') {
      std::size_t number = 0;
      const auto* const end = sql.data() + sql.size();
      const auto parsed = std::from_chars(rest.data() + 1, end, number);
      SAGAS_ASSERT(parsed.ec == std::errc{} && number > 0);
      made.uses.push_back({number - 1, ends_number(made.sql)});
      made.sql += ":p" + std::to_string(made.uses.size());
      at = static_cast<std::size_t>(parsed.ptr - sql.data());
    } else {
      made.sql += sql[at++];
    }
  }
  return made;
}

std::string keep_subqueries(const std::string& version) {
  const bool mariadb = version.find("MariaDB") != std::string::npos;
  return std::string{"SET SESSION optimizer_switch = 'semijoin=off,materialization=off"}
         + (mariadb ? ",exists_to_in=off'" : "'");
}

} // namespace sagas::mysql_dialect
