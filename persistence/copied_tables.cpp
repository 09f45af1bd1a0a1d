#include "persistence/copied_tables.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "persistence/plain_sqlite.hpp"
#include "persistence/schema.hpp"

namespace sagas {
namespace {

constexpr std::array summed_tables{"estadisticas_sagas", "duraciones_sagas", "estadisticas_pasos",
                                   "duraciones_pasos"};

copied_table::kind kind_of(const std::string& type) {
  if (type == "INTEGER" || type == "BIGINT")
    return copied_table::kind::number;
  return type == "FLOAT" ? copied_table::kind::real : copied_table::kind::text;
}

// "TABLE COLUMN TYPE PLACE-IN-THE-KEY", by table in the order of their making.
void add_column(const std::string& line, std::vector<copied_table>& to) {
  std::istringstream words{line};
  std::string table, name, type;
  std::size_t place = 0;
  words >> table >> name >> type >> place;
  if (to.empty() || to.back().name != table)
    to.push_back({.name = table,
                  .columns = {},
                  .key = {},
                  .indexes = {},
                  .references = {},
                  .summed = std::count(summed_tables.begin(), summed_tables.end(), table) > 0});
  copied_table& made = to.back();
  made.columns.push_back({name, kind_of(type)});
  if (place > 0) {
    made.key.resize(std::max(made.key.size(), place));
    made.key[place - 1] = made.columns.size() - 1;
  }
}

// "TABLE NAME"
void add_name(const std::string& line, std::vector<copied_table>& tables,
              std::vector<std::string> copied_table::*list) {
  const std::size_t space = line.find(' ');
  for (copied_table& each : tables)
    if (each.name == line.substr(0, space))
      (each.*list).push_back(line.substr(space + 1));
}

template <class Places, class NameOf>
std::string listed(const Places& places, NameOf name_of) {
  std::string text;
  for (const auto& each : places)
    text += (text.empty() ? "" : ", ") + name_of(each);
  return text;
}

} // namespace

std::string copied_table::column_list() const {
  return listed(columns, [](const column& each) { return each.name; });
}

std::string copied_table::key_list() const {
  return listed(key, [this](std::size_t place) { return columns[place].name; });
}

result<std::vector<copied_table>> copied_tables(std::uint32_t version) {
  if (version < 1 || version > schema::version())
    return {errc::conflict, "the database's tables are of no version that can be copied ("
                              + std::to_string(version) + "): run sagas db migrate"};
  auto empty = plain_sqlite::in_memory();
  if (!empty)
    return empty.error();
  for (const schema::migration& each : schema::migrations())
    for (const char* statement : each.statements)
      if (each.version <= version)
        if (const status made = empty->run(statement); !made)
          return made.error();
  std::vector<copied_table> tables;
  const auto columns = [&](const std::string& line) { add_column(line, tables); };
  const auto indexes = [&](const std::string& line) {
    add_name(line, tables, &copied_table::indexes);
  };
  const auto references = [&](const std::string& line) {
    add_name(line, tables, &copied_table::references);
  };
  status read = empty->run(
    "SELECT t.name || ' ' || c.name || ' ' || c.type || ' ' || c.pk FROM sqlite_schema AS t, "
    "pragma_table_info(t.name) AS c WHERE t.type = 'table' ORDER BY t.rowid, c.cid",
    columns);
  if (read)
    read = empty->run("SELECT tbl_name || ' ' || name FROM sqlite_schema WHERE type = 'index' AND "
                      "sql IS NOT NULL ORDER BY rowid",
                      indexes);
  if (read)
    read = empty->run("SELECT t.name || ' ' || r.\"table\" FROM sqlite_schema AS t, "
                      "pragma_foreign_key_list(t.name) AS r WHERE t.type = 'table'",
                      references);
  if (!read)
    return read.error();
  return tables;
}

} // namespace sagas
