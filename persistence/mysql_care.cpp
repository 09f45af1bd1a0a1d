#include "persistence/mysql_care.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include <soci/soci.h>

#include "persistence/copied_tables.hpp"
#include "persistence/mysql_owner.hpp"
#include "persistence/mysql_schema.hpp"
#include "persistence/mysql_tables.hpp"

namespace sagas {
namespace {

constexpr std::size_t faults_max = 100;

// The rows of a query of three texts, by the first two.
using text_map = std::map<std::string, std::map<std::string, std::string>>;

text_map ask(soci::session& session, const std::string& query) {
  text_map found;
  std::array<std::string, 3> row;
  soci::indicator third = soci::i_null;
  soci::statement statement{session};
  statement.exchange(soci::into(row[0]));
  statement.exchange(soci::into(row[1]));
  statement.exchange(soci::into(row[2], third));
  statement.alloc();
  statement.prepare(query);
  statement.define_and_bind();
  for (bool more = statement.execute(true); more; more = statement.fetch())
    found[row[0]][row[1]] = third == soci::i_ok ? row[2] : std::string{};
  return found;
}

std::string of_schema(const std::string& columns, const std::string& table) {
  return "SELECT " + columns + " FROM information_schema." + table
         + " WHERE table_schema = DATABASE()";
}

bool can_hold(copied_table::kind kind, const std::string& type) {
  switch (kind) {
  case copied_table::kind::number: return type == "int" || type == "bigint";
  case copied_table::kind::real: return type == "double";
  case copied_table::kind::text: break;
  }
  return type.ends_with("char") || type.ends_with("text") || type == "varbinary"
         || type == "datetime";
}

class table_check {
public:
  table_check(soci::session& session, database_findings& to)
    : to_(to), engines_(ask(session, of_schema("table_name, 'engine', engine", "tables"))),
      collations_(ask(session, of_schema("table_name, 'collation', table_collation", "tables"))),
      columns_(ask(session, of_schema("table_name, column_name, data_type", "columns"))),
      indexes_(ask(session, of_schema("table_name, index_name, GROUP_CONCAT(column_name ORDER BY "
                                      "seq_in_index SEPARATOR ', ')",
                                      "statistics")
                              + " GROUP BY table_name, index_name")),
      references_(ask(session, "SELECT table_name, referenced_table_name, delete_rule FROM "
                               "information_schema.referential_constraints WHERE "
                               "constraint_schema = DATABASE()")) {}

  void check(const copied_table& table) {
    if (!engines_.contains(table.name)) {
      note(table.name, "is missing");
      return;
    }
    if (engines_[table.name]["engine"] != "InnoDB")
      note(table.name, "is not of the engine InnoDB");
    if (collations_[table.name]["collation"] != "utf8mb4_bin")
      note(table.name, "is not of the collation utf8mb4_bin");
    for (const copied_table::column& each : table.columns) {
      const auto found = columns_[table.name].find(each.name);
      if (found == columns_[table.name].end())
        note(table.name, "lacks the column " + each.name);
      else if (!can_hold(each.of, found->second))
        note(table.name, "has " + each.name + " as " + found->second);
    }
    if (indexes_[table.name]["PRIMARY"] != table.key_list() + (table.summed ? ", escritor" : ""))
      note(table.name, "has another primary key than (" + table.key_list() + ")");
    for (const std::string& each : table.indexes)
      if (!indexes_[table.name].contains(each))
        note(table.name, "lacks the index " + each);
    for (const std::string& each : table.references)
      if (!references_[table.name].contains(each))
        note(table.name, "lacks the foreign key to " + each);
  }

  // Of those that MySQL has beside.
  void check_present(const std::string& table) {
    if (!engines_.contains(table))
      note(table, "is missing");
  }

private:
  void note(const std::string& table, const std::string& what) {
    if (to_.faults.size() < faults_max)
      to_.faults.push_back("the table " + table + " " + what);
  }

  database_findings& to_;
  text_map engines_, collations_, columns_, indexes_, references_;
};

// A counter that is behind gives a number a second time.
void check_counter(soci::session& session, const std::string& name, const std::string& newest,
                   database_findings& to) {
  long long behind = 0;
  session << "SELECT COUNT(*) FROM contadores WHERE nombre = '" << name << "' AND valor >= (SELECT "
          << "COALESCE(MAX(" << name << "), 0) FROM " << newest << ")",
    soci::into(behind);
  if (behind != 1)
    to.faults.push_back("the counter " + name + " is behind the newest row of " + newest);
}

// Runs `work` with a session of a database that is there, and its version.
template <class T, class Work>
result<T> with_present(const mysql_terms& server, Work work) {
  return as_mysql_value([&]() -> result<T> {
    const auto session = open_present_mysql_database(server);
    if (!session)
      return session.error();
    const auto version = stored_mysql_version(**session);
    if (!version)
      return version.error();
    return work(**session, *version);
  });
}

} // namespace

result<database_findings> check_mysql_tables(const mysql_terms& server) {
  const auto check_all = [](soci::session& session,
                            std::uint32_t version) -> result<database_findings> {
    const auto tables = copied_tables(version);
    if (!tables)
      return tables.error();
    database_findings found{.version = version, .faults = {}};
    table_check check{session, found};
    for (const copied_table& each : *tables)
      check.check(each);
    for (const char* each : {"contadores", "escritores"})
      check.check_present(each);
    if (!found.faults.empty())
      return found;
    check_counter(session, "epoca", "nodos", found);
    check_counter(session, "lote", "lotes", found);
    return found;
  };
  return with_present<database_findings>(server, check_all);
}

result<schema_step> upgrade_mysql_tables(const mysql_terms& server, bool try_only) {
  const auto upgrade = [&](soci::session& session, std::uint32_t version) -> result<schema_step> {
    const schema_step step{.from = version, .to = mysql_tables::migrations().back().version};
    if (try_only || step.from == step.to)
      return step;
    const auto owner = mysql_owner::claim(server, std::chrono::milliseconds{0});
    if (!owner)
      return owner.error();
    if (const status upgraded = upgrade_mysql_schema(session); !upgraded)
      return upgraded.error();
    return step;
  };
  return with_present<schema_step>(server, upgrade);
}

} // namespace sagas
