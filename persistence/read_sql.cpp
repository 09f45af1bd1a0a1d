#include "persistence/read_sql.hpp"

#include "persistence/ancestors.hpp"
#include "persistence/records.hpp"

namespace sagas::read_sql {
namespace {

// The input may be large and is not shown in lists.
std::string columns_without_input() {
  const std::string all = saga_record::columns;
  return all.substr(0, all.rfind(", ")) + ", NULL";
}

std::string select_steps() {
  return std::string{"SELECT "} + step_record::columns
         + " FROM pasos_saga WHERE saga_id = ?1 ORDER BY orden";
}

// The documents may be large and are not shown in lists; they are the last two.
std::string step_columns_without_documents() {
  const std::string all = step_record::columns;
  return all.substr(0, all.find(", datos_entrada")) + ", NULL, NULL";
}

// Before the FROM of `sagas AS s`.
std::string select_sagas() {
  return "SELECT " + columns_without_input()
         + ", (SELECT count(*) FROM pasos_saga AS p WHERE p.saga_id = s.saga_id "
           "AND +p.tipo_operacion = 'ACCION' AND +p.estado = 'COMPLETADO') ";
}

// "?1, ?2, ..."
std::string parameters(std::size_t count) {
  std::string text = "?1";
  for (std::size_t i = 2; i <= count; ++i)
    text += ", ?" + std::to_string(i);
  return text;
}

constexpr const char* in_periods = " WHERE periodo >= ?1 AND periodo < ?2";

} // namespace

const std::string saga = select_sagas() + "FROM sagas AS s WHERE saga_id = ?1";
const std::string saga_state = "SELECT estado FROM sagas WHERE saga_id = ?1";
const std::string started_with = "SELECT saga_id FROM claves_idempotencia WHERE clave = ?1";
const std::string steps = select_steps();
const std::string history = "SELECT momento, evento, paso, por, razon FROM eventos_saga "
                            "WHERE saga_id = ?1 ORDER BY id";
const std::string input = "SELECT entrada FROM sagas WHERE saga_id = ?1";
const std::string outputs = "SELECT nombre, datos_salida, orden FROM pasos_saga WHERE saga_id = ?1 "
                            "AND +tipo_operacion = 'ACCION' AND +estado = 'COMPLETADO' "
                            "ORDER BY orden";

const std::string sagas = select_sagas()
                          + "FROM sagas AS s INDEXED BY sqlite_autoindex_sagas_1 "
                            "WHERE saga_id IN ("
                          + parameters(sagas_at_once) + ")";
// An attempt behind which the same operation was tried again decides nothing any more.
const std::string failures = "SELECT saga_id, " + step_columns_without_documents()
                             + " FROM pasos_saga AS p WHERE saga_id IN ("
                             + parameters(sagas_at_once)
                             + ") AND +p.estado = 'FALLIDO' AND p.proxima IS NULL "
                               "AND NOT EXISTS (SELECT 1 FROM pasos_saga AS n "
                               "WHERE n.saga_id = p.saga_id AND n.orden > p.orden "
                               "AND n.indice = p.indice "
                               "AND +n.tipo_operacion = p.tipo_operacion)";
const std::string active = "SELECT saga_id FROM sagas INDEXED BY sagas_abiertas "
                           "WHERE timestamp_fin IS NULL AND saga_id < 'g' "
                           "ORDER BY saga_id DESC LIMIT ?1";
const std::string campaigns = "SELECT saga_id FROM sagas AS s INDEXED BY sqlite_autoindex_sagas_1 "
                              "WHERE saga_id < ?1 AND campania_id IS NOT NULL "
                              "AND NOT EXISTS (SELECT 1 FROM sagas AS n INDEXED BY sagas_campania "
                              "WHERE n.campania_id = s.campania_id AND n.saga_id > s.saga_id) "
                              "ORDER BY saga_id DESC LIMIT ?2";
const std::string campaign = "SELECT saga_id FROM sagas INDEXED BY sagas_campania "
                             "WHERE campania_id = ?1 ORDER BY saga_id DESC LIMIT 1";

// A child is asked about as long as anything above it goes on: until then it has not ended.
const std::string ends = "SELECT s.saga_id, CASE WHEN " + ancestors::one_goes_on()
                         + " THEN NULL ELSE s.timestamp_fin END FROM sagas AS s "
                           "INDEXED BY sqlite_autoindex_sagas_1"
                         + ancestors::joined()
                         + " WHERE s.saga_id > ?1 AND s.saga_id < ?2 ORDER BY s.saga_id LIMIT ?3";

const std::string batches = "SELECT lote, cuantos, eventos FROM lotes WHERE lote >= ?1 "
                            "ORDER BY lote LIMIT ?2";
const std::string last_batch = "SELECT lote, cuantos FROM lotes WHERE lote > 0 "
                               "ORDER BY lote DESC LIMIT 1";

const std::string saga_counts = std::string{"SELECT tipo, estado, cuenta FROM estadisticas_sagas"}
                                + in_periods;
const std::string saga_durations = std::string{"SELECT cubo, cuenta, suma_ms FROM duraciones_sagas"}
                                   + in_periods;
const std::string attempt_counts =
  std::string{"SELECT tipo, paso, tipo_operacion, estado, cuenta, reintentos "
              "FROM estadisticas_pasos"}
  + in_periods;
const std::string attempt_durations =
  std::string{"SELECT tipo, paso, tipo_operacion, cubo, cuenta, suma_ms FROM duraciones_pasos"}
  + in_periods;

const std::string kept = "SELECT clase, nombre, documento, posicion, actualizado FROM ajustes "
                         "WHERE clase = ?1 AND nombre > ?2 AND nombre < ?3 "
                         "ORDER BY nombre LIMIT ?4";
const std::string kept_one = "SELECT clase, nombre, documento, posicion, actualizado FROM ajustes "
                             "WHERE clase = ?1 AND nombre = ?2";
const std::string service_types = "SELECT tipo FROM servicios_de_tipos WHERE microservicio = ?1";
const std::string ping = "SELECT 1";

} // namespace sagas::read_sql
