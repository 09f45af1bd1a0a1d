#include "bench/mysql_past.hpp"

#include <functional>
#include <vector>

#include <soci/soci.h>

#include "app/clock.hpp"
#include "bench/stored_past.hpp"

namespace sagas::bench {
namespace {

using std::chrono::hours;

constexpr std::uint64_t hours_of_past = past / hours{1};

struct column {
  std::string name, type;
};

// An id of the hour that is copied, in @hora: the first 48 bits are milliseconds.
std::string moved_id(const std::string& id) {
  const std::string time = "lpad(lower(hex(conv(concat(substr(" + id + ", 1, 8), substr(" + id
                           + ", 10, 4)), 16, 10) + 3600000 * @hora)), 12, '0')";
  return "concat(substr(" + time + ", 1, 8), '-', substr(" + time + ", 9), substr(" + id + ", 14))";
}

// Of a row `t` of the first hour, whose saga `m` has.
std::string moved(const column& of) {
  const std::string value = "t." + of.name;
  const std::string campaign = "concat('campania-', lpad(lower(hex(m.numero + m.cuantos * @hora)), "
                               "16, '0'))";
  if (of.name == "id")
    return "NULL"; // counted on by the table itself
  if (of.name == "saga_id" || of.name == "paso_id")
    return moved_id(value);
  if (of.name == "campania_id")
    return campaign;
  if (of.name == "usuario_id")
    return "concat('usuario-', lpad((m.numero + m.cuantos * @hora) % 1000, 4, '0'))";
  if (of.type == "datetime")
    return value + " + INTERVAL @hora HOUR";
  if (of.type == "longtext")
    return "replace(" + value + ", m.campania_id, " + campaign + ")";
  return value;
}

// Of a row `t` of the statistics of the first hour, and a period `p` that holds it `veces` times.
std::string multiplied(const column& of) {
  if (of.name == "periodo")
    return "p.periodo";
  return of.type == "bigint" ? "t." + of.name + " * p.veces" : "t." + of.name;
}

// Copies the first hour to all others, inside the server. Columns are told apart by their types, so
// that one that is added some day is copied too.
class copier {
public:
  copier(const mysql_terms& server, timestamp first_hour)
    : session_(open_mysql_session(server)), first_hour_(to_iso(first_hour).substr(0, 19)) {
    first_hour_ = "TIMESTAMP '" + first_hour_.replace(10, 1, " ") + "'";
    const std::string seq = " FROM seq_0_to_" + std::to_string(hours_of_past - 1);
    const std::string hour = first_hour_ + " + INTERVAL seq HOUR";
    *session_ << "SET unique_checks = 0, foreign_key_checks = 0";
    *session_ << "CREATE TEMPORARY TABLE modelos (PRIMARY KEY (saga_id)) SELECT saga_id, "
                 "campania_id, row_number() OVER (ORDER BY campania_id) - 1 AS numero, "
                 "count(*) OVER () AS cuantos FROM sagas";
    *session_ << "CREATE TEMPORARY TABLE periodos SELECT date_format(" + hour
                   + ", '%Y-%m-%d %H') AS periodo, 1 AS veces" + seq
                   + " UNION ALL SELECT date_format(" + hour + ", 'D%Y-%m-%d') AS periodo, count(*)"
                   + seq + " GROUP BY periodo UNION ALL SELECT 'TOTAL', "
                   + std::to_string(hours_of_past);
  }

  void copy_sagas() {
    const std::vector<std::string> statements{copying("sagas"), copying("pasos_saga"),
                                              copying("eventos_saga")};
    for (std::uint64_t hour = 1; hour < hours_of_past; ++hour) {
      session_->begin();
      *session_ << "SET @hora = " << hour;
      for (const std::string& each : statements)
        *session_ << each;
      session_->commit();
    }
  }

  void multiply_statistics() {
    session_->begin();
    for (const std::string table :
         {"estadisticas_sagas", "duraciones_sagas", "estadisticas_pasos", "duraciones_pasos"}) {
      *session_ << "CREATE TEMPORARY TABLE hora SELECT * FROM " + table
                     + " WHERE periodo = (SELECT periodo FROM periodos LIMIT 1)";
      *session_ << "DELETE FROM " + table;
      *session_ << "INSERT INTO " + table + " SELECT " + values_of(table, multiplied)
                     + " FROM periodos AS p, hora AS t ORDER BY p.periodo";
      *session_ << "DROP TEMPORARY TABLE hora";
    }
    session_->commit();
  }

  // As the server does by itself after a while.
  void analyze() {
    for (const char* table : {"sagas", "pasos_saga", "eventos_saga"})
      *session_ << std::string{"ANALYZE TABLE "} + table + " PERSISTENT FOR COLUMNS () INDEXES ()";
  }

private:
  // The rows of the hour @hora, in the order of their ids.
  std::string copying(const std::string& table) {
    return "INSERT INTO " + table + " SELECT " + values_of(table, moved)
           + " FROM modelos AS m STRAIGHT_JOIN " + table
           + " AS t ON t.saga_id = m.saga_id ORDER BY m.saga_id";
  }

  // What goes into each column of a table, in their order.
  std::string values_of(const std::string& table, std::string (*value)(const column&)) {
    std::string all;
    column each;
    soci::statement columns =
      (session_->prepare << "SELECT column_name, data_type FROM information_schema.columns WHERE "
                            "table_schema = database() AND table_name = :t "
                            "ORDER BY ordinal_position",
       soci::use(table), soci::into(each.name), soci::into(each.type));
    columns.execute();
    while (columns.fetch())
      all += (all.empty() ? "" : ", ") + value(each);
    return all;
  }

  std::unique_ptr<soci::session> session_;
  std::string first_hour_; // as SQL
};

} // namespace

stored_content fill_mysql(const mysql_terms& server, store& storage, std::uint64_t sagas) {
  const timestamp end = std::chrono::floor<hours>(now());
  const std::uint64_t an_hour = (sagas + hours_of_past - 1) / hours_of_past;
  const auto apart = milliseconds{hours{1}} / static_cast<milliseconds::rep>(an_hour);
  stored_content content = write_past(storage, an_hour, end - past, apart);
  const status copied = as_mysql_value([&]() -> status {
    copier copies{server, end - past};
    copies.copy_sagas();
    copies.multiply_statistics();
    copies.analyze();
    return nothing{};
  });
  if (!copied)
    throw failed{"copying the sagas of an hour: " + copied.error().message};
  content.ended *= hours_of_past;
  content.undone *= hours_of_past;
  return content;
}

} // namespace sagas::bench
