#include "persistence/archive_counts.hpp"

#include "persistence/sqlite_session.hpp"

namespace sagas {
namespace {

// The three periods (periods.hpp) that a time belongs to, as rows of p.
const std::string in_periods =
  " CROSS JOIN (SELECT 1 AS span UNION ALL SELECT 2 UNION ALL SELECT 3) AS p ";

std::string period_of(const std::string& time) {
  return "CASE p.span WHEN 1 THEN substr(" + time + ", 1, 13) WHEN 2 THEN 'D' || substr(" + time
         + ", 1, 10) ELSE 'TOTAL' END";
}

std::string ms_of(const std::string& seconds) {
  return "CAST(round(coalesce(" + seconds + ", 0) * 1000) AS INTEGER)";
}

std::vector<std::string> statements() {
  const std::string of_saga = period_of("s.timestamp_inicio");
  const std::string of_step = period_of("t.timestamp_inicio");
  const std::string saga_ms = ms_of("s.duracion_total_segundos");
  const std::string step_ms = ms_of("t.duracion_segundos");
  const std::string sagas = " FROM sagas AS s" + in_periods + "WHERE s.saga_id = :s ";
  const std::string steps = " FROM sagas AS s CROSS JOIN pasos_saga AS t ON t.saga_id = s.saga_id"
                            + in_periods + "WHERE s.saga_id = :s AND t.timestamp_fin IS NOT NULL ";
  const std::string counted = "ON CONFLICT DO UPDATE SET cuenta = cuenta + 1";
  const std::string timed = counted + ", suma_ms = suma_ms + excluded.suma_ms";
  return {
    "INSERT INTO estadisticas_sagas SELECT " + of_saga + ", s.tipo, s.estado, 1" + sagas + counted,
    "INSERT INTO duraciones_sagas SELECT " + of_saga + ", s.tipo, sagas_cubo(" + saga_ms + "), 1, "
      + saga_ms + sagas + timed,
    "INSERT INTO estadisticas_pasos SELECT " + of_step
      + ", s.tipo, t.nombre, t.tipo_operacion, t.estado, 1, t.intento_numero > 1" + steps + counted
      + ", reintentos = reintentos + excluded.reintentos",
    "INSERT INTO duraciones_pasos SELECT " + of_step
      + ", s.tipo, t.nombre, t.tipo_operacion, sagas_cubo(" + step_ms + "), 1, " + step_ms + steps
      + timed,
    "INSERT OR IGNORE INTO servicios_de_tipos SELECT t.microservicio, s.tipo FROM sagas AS s "
    "CROSS JOIN pasos_saga AS t ON t.saga_id = s.saga_id WHERE s.saga_id = :s",
  };
}

} // namespace

archive_counts::archive_counts(soci::session& session) {
  add_bucket_function(session);
  for (const std::string& sql : statements())
    statements_.push_back(make_write(session, sql, saga_));
}

void archive_counts::add(const saga_id& id) {
  saga_.set(id);
  for (soci::statement& each : statements_)
    run(each);
}

} // namespace sagas
