#include "audit_history.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include <sqlite3.h>

#include "app/audit/client_log.hpp"
#include "persistence/schema.hpp"
#include "saga/ledger.hpp"
#include "support/catch.hpp"

namespace sagas::test {
namespace {

constexpr const char* ledger_tables = R"(
CREATE TABLE efectos (saga_id, microservicio, paso, actuado, rechazado, deshecho, epoca, salida,
  efecto, PRIMARY KEY (saga_id, microservicio, paso)) WITHOUT ROWID;
CREATE TABLE diario (id INTEGER PRIMARY KEY, momento, saga_id, microservicio, paso, operacion,
  intento, epoca, que, huella))";

constexpr const char* definitions = R"(INSERT INTO definiciones VALUES
('viaje', 1, '{"tipo":"viaje","version":1,"politica":{"intentos":3},"pasos":[
  {"nombre":"reservar","microservicio":"hotel","compensacion":"liberar"},
  {"nombre":"cobrar","microservicio":"banco","compensacion":"devolver"},
  {"nombre":"enviar","microservicio":"correo","compensacion":"retirar"}]}', ''),
('pago', 1, '{"tipo":"pago","version":1,"pasos":[
  {"nombre":"preparar","microservicio":"banco","compensacion":"deshacer"},
  {"nombre":"pagar","microservicio":"banco","pivote":true},
  {"nombre":"avisar","microservicio":"correo","opcional":true}]}', ''))";

// One attempt; times in hundredths of a second, and what the participants noted of it, in order.
struct told_attempt {
  const char* saga;
  bool undo;
  const char* step;
  const char* service;
  int number;
  const char* status;
  const char* outcome; // "": none
  int sent;
  int ended; // -1: not yet
  int due;   // -1: none
  std::vector<const char*> diary;
};

// In the order in which the participants were asked; saga by saga.
const std::vector<told_attempt>& attempts() {
  using namespace ids;
  static const std::vector<told_attempt> all{
    {completed, false, "reservar", "hotel", 1, "FALLIDO", "TECNICO", 0, 1, 3, {"fallo"}},
    {completed, false, "reservar", "hotel", 2, "COMPLETADO", "HECHO", 3, 4, -1, {"efecto"}},
    {completed, false, "cobrar", "banco", 1, "COMPLETADO", "HECHO", 4, 5, -1, {"efecto"}},
    {completed, false, "enviar", "correo", 1, "COMPLETADO", "HECHO", 5, 6, -1, {"efecto"}},

    {compensated, false, "reservar", "hotel", 1, "COMPLETADO", "HECHO", 0, 1, -1, {"efecto"}},
    {compensated,
     false,
     "cobrar",
     "banco",
     1,
     "FALLIDO",
     "DESCONOCIDO",
     1,
     2,
     3,
     {"efecto", "perdida"}},
    {compensated, false, "cobrar", "banco", 2, "COMPLETADO", "HECHO", 3, 4, -1, {"duplicado"}},
    {compensated, false, "enviar", "correo", 1, "FALLIDO", "NEGOCIO", 4, 5, -1, {"rechazo"}},
    {compensated, true, "cobrar", "banco", 1, "COMPENSADO", "HECHO", 5, 6, -1, {"deshecho"}},
    {compensated, true, "reservar", "hotel", 1, "COMPENSADO", "HECHO", 6, 7, -1, {"deshecho"}},

    {cancelled, false, "reservar", "hotel", 1, "COMPLETADO", "HECHO", 0, 1, -1, {"efecto"}},
    {cancelled, false, "cobrar", "banco", 1, "FALLIDO", "DESCONOCIDO", 1, 2, -1, {"fallo"}},
    {cancelled, true, "cobrar", "banco", 1, "COMPENSADO", "HECHO", 2, 3, -1, {"vacia"}},
    {cancelled, true, "reservar", "hotel", 1, "COMPENSADO", "HECHO", 3, 4, -1, {"deshecho"}},

    {failed, false, "reservar", "hotel", 1, "FALLIDO", "NEGOCIO", 0, 1, -1, {"rechazo"}},

    {parked, false, "reservar", "hotel", 1, "COMPLETADO", "HECHO", 0, 1, -1, {"efecto"}},
    {parked, false, "cobrar", "banco", 1, "FALLIDO", "NEGOCIO", 1, 2, -1, {"rechazo"}},
    {parked, true, "reservar", "hotel", 1, "FALLIDO", "TECNICO", 2, 3, -1, {"fallo"}},

    {paid, false, "preparar", "banco", 1, "COMPLETADO", "HECHO", 0, 1, -1, {"efecto"}},
    {paid, false, "pagar", "banco", 1, "COMPLETADO", "HECHO", 1, 2, -1, {"efecto"}},
    {paid, false, "avisar", "correo", 1, "OMITIDO", "NEGOCIO", 2, 3, -1, {"rechazo"}}};
  return all;
}

struct told_saga {
  const char* id;
  const char* type;
  const char* status;
  const char* way;
  const char* cause;
  int ended; // -1: not yet
  std::vector<const char*> states;
};

const std::vector<told_saga>& told_sagas() {
  static const std::vector<told_saga> all{
    {ids::completed,
     "viaje",
     "COMPLETADA",
     "ADELANTE",
     "NINGUNA",
     6,
     {"EN_PROGRESO", "COMPLETADA"}},
    {ids::compensated,
     "viaje",
     "COMPENSADA",
     "ATRAS",
     "FALLO",
     7,
     {"EN_PROGRESO", "COMPENSANDO", "COMPENSADA"}},
    {ids::cancelled,
     "viaje",
     "CANCELADA",
     "ATRAS",
     "CANCELACION",
     4,
     {"EN_PROGRESO", "COMPENSANDO", "CANCELADA"}},
    {ids::failed, "viaje", "FALLIDA", "ATRAS", "FALLO", 1, {"EN_PROGRESO", "FALLIDA"}},
    {ids::parked,
     "viaje",
     "REQUIERE_ATENCION",
     "ATRAS",
     "FALLO",
     -1,
     {"EN_PROGRESO", "COMPENSANDO", "REQUIERE_ATENCION"}},
    {ids::paid, "pago", "COMPLETADA", "ADELANTE", "NINGUNA", 3, {"EN_PROGRESO", "COMPLETADA"}}};
  return all;
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

// A point of the run; SQL's NULL for -1.
std::string at(int hundredths) {
  if (hundredths < 0)
    return "NULL";
  return "'2026-01-31 10:00:00." + std::string(hundredths < 10 ? "0" : "")
         + std::to_string(hundredths) + "0'";
}

std::string input_of(const told_attempt& row) {
  return std::string{"{\"para\":\""} + row.step + (row.undo ? "-" : "+") + "\"}";
}

std::string output_of(const told_attempt& row) {
  return std::string{"{\"de\":\""} + row.step + "\"}";
}

std::string metadata_of(const told_saga& saga) {
  return std::string{"{\"plan\":\""} + (saga.id + 35) + "\"}";
}

std::string sql_of(const told_saga& saga) {
  return "INSERT INTO sagas (saga_id, tipo, version, estado, sentido, causa,"
         " cancelacion_pendiente, recuperaciones, pasos_totales, timestamp_inicio, timestamp_fin,"
         " campania_id, metadatos) VALUES ("
         + quoted(saga.id) + "," + quoted(saga.type) + ",1," + quoted(saga.status) + ","
         + quoted(saga.way) + "," + quoted(saga.cause) + ",0,0,3," + at(0) + "," + at(saga.ended)
         + ",'c-1'," + quoted(metadata_of(saga)) + ");"
         + "INSERT INTO claves_idempotencia VALUES ('k" + (saga.id + 35) + "'," + quoted(saga.id)
         + ",'');";
}

std::string sql_of(const told_attempt& row, int order) {
  const bool done = std::string{row.outcome} == "HECHO";
  return "INSERT INTO pasos_saga (saga_id, orden, indice, paso_id, nombre, microservicio,"
         " tipo_operacion, estado, resultado, intento_numero, intento_base, timestamp_inicio,"
         " timestamp_fin, proxima, datos_entrada, datos_salida) VALUES ("
         + quoted(row.saga) + "," + std::to_string(order) + ",0,''," + quoted(row.step) + ","
         + quoted(row.service) + (row.undo ? ",'COMPENSACION'," : ",'ACCION',") + quoted(row.status)
         + "," + quoted(row.outcome) + "," + std::to_string(row.number) + ",1," + at(row.sent) + ","
         + at(row.ended) + "," + at(row.due) + "," + quoted(input_of(row)) + ","
         + (done ? quoted(output_of(row)) : "NULL") + ");";
}

// The diary's lines of an attempt, and what they leave of its step in `efectos`.
std::string ledger_sql_of(const told_attempt& row) {
  std::string sql;
  const std::string step = quoted(row.saga) + "," + quoted(row.service) + "," + quoted(row.step);
  for (const std::string what : row.diary) {
    sql += "INSERT INTO diario (momento, saga_id, microservicio, paso, operacion, intento, epoca,"
           " que, huella) VALUES ("
           + at(row.sent) + "," + step + (row.undo ? ",'COMPENSACION'," : ",'ACCION',")
           + std::to_string(row.number) + ",7," + quoted(what) + ","
           + std::to_string(static_cast<std::int64_t>(digest64(input_of(row)))) + ");";
    if (what == "efecto")
      sql += "INSERT INTO efectos VALUES (" + step + ",1,0,0,7," + quoted(output_of(row))
             + ",'{\"vale\":1}');";
    if (what == "deshecho")
      sql += std::string{"UPDATE efectos SET deshecho = 1, efecto = NULL WHERE saga_id = "}
             + quoted(row.saga) + " AND paso = " + quoted(row.step) + ";";
  }
  return sql;
}

} // namespace

audit_history::audit_history() {
  REQUIRE(sqlite3_open(folder_.file("sagas.db").c_str(), &store_) == SQLITE_OK);
  REQUIRE(sqlite3_open(folder_.file("ledger.db").c_str(), &ledger_) == SQLITE_OK);
  make_tables();
  std::map<std::string, int> orders;
  for (const told_saga& saga : told_sagas())
    store(sql_of(saga));
  for (const told_attempt& row : attempts()) {
    store(sql_of(row, ++orders[row.saga]));
    ledger(ledger_sql_of(row));
  }
  store(std::string{"INSERT INTO eventos_saga (saga_id, momento, evento, paso) VALUES ('"}
        + ids::cancelled + "', '', 'cancelacion_pedida', NULL), ('" + ids::parked
        + "', '', 'aparcada', 'reservar')");
  tell_states();
  count_statistics();
}

audit_history::~audit_history() {
  sqlite3_close(store_);
  sqlite3_close(ledger_);
}

void audit_history::make_tables() {
  for (const schema::migration& each : schema::migrations())
    for (const char* statement : each.statements)
      store(statement);
  store(definitions);
  store("INSERT INTO nodos VALUES ('nodo-1', 7, '')");
  ledger(ledger_tables);
}

// The feed, and the clients: each saga started with a key of its own, then read to its state.
void audit_history::tell_states() {
  for (const told_saga& saga : told_sagas()) {
    std::string names = std::string{"n "} + saga.type + "\n";
    std::string events;
    for (std::size_t i = 0; i < saga.states.size(); ++i) {
      names += std::string{"n "} + saga.states[i] + "\n";
      events += std::string{"e "} + (i == 0 ? saga.id : "=") + " 0 " + std::to_string(i + 1)
                + " 1000 - A 0\n";
    }
    store("INSERT INTO lotes (momento, cuantos, eventos) VALUES ('', 1, '" + names + events + "')");
    const std::string digest = std::to_string(audit::start_digest("c-1", metadata_of(saga)));
    const std::string key = std::string{"k"} + (saga.id + 35);
    clients("started,1," + key + "," + digest + ",-,-\n" + "ok,1," + key + "," + digest + ","
            + saga.id + ",EN_PROGRESO\n" + "read,1,-,-," + saga.id + "," + saga.status + "\n");
  }
}

void audit_history::count_statistics() {
  store("INSERT INTO estadisticas_sagas SELECT 'TOTAL', tipo, estado, count(*) FROM sagas"
        " GROUP BY tipo, estado;"
        "INSERT INTO estadisticas_pasos SELECT 'TOTAL', s.tipo, p.nombre, p.tipo_operacion,"
        " p.estado, count(*), 0 FROM pasos_saga p JOIN sagas s USING (saga_id)"
        " WHERE p.timestamp_fin IS NOT NULL GROUP BY 2, 3, 4, 5");
}

void audit_history::run(sqlite3* on, const std::string& sql) {
  char* error = nullptr;
  const int code = sqlite3_exec(on, sql.c_str(), nullptr, nullptr, &error);
  INFO(sql);
  INFO((error ? error : ""));
  REQUIRE(code == SQLITE_OK);
}

void audit_history::store(const std::string& sql) { run(store_, sql); }
void audit_history::ledger(const std::string& sql) { run(ledger_, sql); }

void audit_history::clients(const std::string& lines) { log_ += lines; }

audit::report audit_history::judge(bool ended, std::optional<timestamp> taken) {
  std::replace(log_.begin(), log_.end(), ',', '\t');
  std::ofstream{folder_.file("clients.log")} << log_;
  const auto found = audit::audit({.database = folder_.file("sagas.db"),
                                   .ledger = folder_.file("ledger.db"),
                                   .clients = folder_.file("clients.log"),
                                   .ended = ended,
                                   .taken = taken});
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  return *found;
}

std::set<std::string> broken_in(const audit::report& of) {
  std::set<std::string> broken;
  for (const audit::violation& each : of.violations)
    broken.insert(each.invariant);
  return broken;
}

} // namespace sagas::test
