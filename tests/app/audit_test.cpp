// The checker is checked: a good history passes, and each bad one is rejected by the name of the
// invariant that it breaks.
#include "audit_history.hpp"

#include <set>

#include "binary.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

/// One thing spoiled.
struct bad_history {
  const char* invariant;
  const char* what;
  std::string store;
  std::string ledger = {};
  std::string clients = {};
};

std::string of(const char* saga) { return std::string{" saga_id = '"} + saga + "'"; }

std::string step(const char* saga, const char* name, const char* op = "ACCION") {
  return " WHERE" + of(saga) + " AND nombre = '" + name + "' AND tipo_operacion = '" + op + "'";
}

std::string line(const char* saga, const char* name, const char* op = "ACCION") {
  return " WHERE" + of(saga) + " AND paso = '" + name + "' AND operacion = '" + op + "'";
}

// A second line of the diary like the one that the condition finds, with other values.
std::string copied_line(const std::string& where, const std::string& what, int attempt = 1,
                        int epoch = 7) {
  return "INSERT INTO diario (momento, saga_id, microservicio, paso, operacion, intento, epoca,"
         " que, huella) SELECT momento, saga_id, microservicio, paso, operacion, "
         + std::to_string(attempt) + ", " + std::to_string(epoch) + ", '" + what
         + "', huella FROM diario" + where + " LIMIT 1";
}

std::string read(const char* saga, const char* state, int client = 1) {
  return "read," + std::to_string(client) + ",-,-," + saga + "," + state + "\n";
}

// Makes that saga a child of another one's step.
std::string child_of(const char* parent, const char* step, const char* saga) {
  return std::string{"UPDATE sagas SET relacion = 'hija', paso_origen = '"} + step + "', origen = '"
         + parent + "' WHERE" + of(saga) + ";";
}

// From now on `cobrar` begins one.
const std::string child_step = R"(UPDATE definiciones SET documento = replace(documento,
  '"cobrar","microservicio":"banco","compensacion":"devolver"', '"cobrar","hija":{"tipo":"viaje"}');)";

const std::vector<bad_history>& bad_histories() {
  using namespace ids;
  const char* unknown = "01990000-0000-7000-8000-0000000000ff";
  static const std::vector<bad_history> all{
    {"A1", "an acknowledged saga is not stored", "", "",
     std::string{"started,1,kx,5,-,-\nok,1,kx,5,"} + unknown + ",EN_PROGRESO\n"},
    {"A1", "an acknowledged saga is gone for a reader", "", "", read(completed, "404")},
    {"A1", "a refused start started a saga",
     "UPDATE claves_idempotencia SET clave = 'kr' WHERE" + of(completed), "",
     "started,1,kr,5,-,-\nrefused,1,kr,5,-,503\n"},
    {"A2", "a saga that nobody asked for",
     "UPDATE claves_idempotencia SET clave = 'nobody' WHERE" + of(failed)},
    {"A2", "a saga of another campaign than asked for",
     "UPDATE sagas SET campania_id = 'c-2' WHERE" + of(failed)},
    {"A3", "one key, two sagas", "", "",
     std::string{"ok,1,k1,5,"} + compensated + ",EN_PROGRESO\n"},
    {"A3", "one key, two bodies", "", "", std::string{"ok,1,k1,5,"} + completed + ",EN_PROGRESO\n"},
    {"A5", "half a transition: done, and nothing follows",
     "UPDATE sagas SET estado = 'EN_PROGRESO', timestamp_fin = NULL WHERE" + of(completed)
       + "; DELETE FROM pasos_saga" + step(completed, "enviar")},
    {"A5", "a saga without rows", "DELETE FROM pasos_saga WHERE" + of(failed)},
    {"A5", "rows without a saga", "DELETE FROM sagas WHERE" + of(failed)},
    {"A5", "a row lost in the middle", "DELETE FROM pasos_saga" + step(compensated, "enviar")},
    {"A5", "the feed tells another state",
     "UPDATE lotes SET eventos = replace(eventos, 'n FALLIDA', 'n CANCELADA')"},
    {"A5", "the statistics count another number",
     "UPDATE estadisticas_sagas SET cuenta = cuenta + 1 WHERE estado = 'FALLIDA'"},
    {"A5", "the statistics of steps count another number",
     "UPDATE estadisticas_pasos SET cuenta = cuenta - 1 WHERE paso = 'pagar'"},
    {"S1", "an end without its time", "UPDATE sagas SET timestamp_fin = NULL WHERE" + of(failed)},
    {"S1", "a step in flight after the end",
     "UPDATE pasos_saga SET estado = 'EJECUTANDO', timestamp_fin = NULL"
       + step(completed, "enviar")},
    {"S1", "a step that changed after the end",
     "UPDATE pasos_saga SET timestamp_fin = '2026-01-31 10:00:09'" + step(failed, "reservar")},
    {"S1", "a terminal state that was left",
     "UPDATE lotes SET eventos = replace(eventos, 'n COMPENSANDO', 'n COMPLETADA')"},
    {"S1", "a cancelled saga that nobody cancelled",
     "UPDATE sagas SET causa = 'FALLO' WHERE" + of(cancelled)},
    {"S2", "two ends for two readers", "", "", read(completed, "COMPENSADA", 2)},
    {"S2", "an end that is taken back", "", "", read(completed, "EN_PROGRESO")},
    {"S3", "completed without one of its steps",
     "UPDATE pasos_saga SET estado = 'FALLIDO'" + step(completed, "enviar")},
    {"S3", "completed, with one effect twice", "",
     copied_line(line(completed, "cobrar"), "efecto")},
    {"S3", "completed, with one effect undone", "",
     "UPDATE efectos SET deshecho = 1 WHERE" + of(completed) + " AND paso = 'cobrar'"},
    {"S4", "compensated, with an effect in force", "",
     "UPDATE efectos SET deshecho = 0 WHERE" + of(compensated) + " AND paso = 'cobrar'"},
    {"S4", "cancelled, with an undo that undid nothing", "",
     "UPDATE diario SET que = 'duplicado'" + line(cancelled, "reservar", "COMPENSACION")},
    {"S5", "a step of unknown outcome that was not undone",
     "DELETE FROM pasos_saga" + step(cancelled, "cobrar", "COMPENSACION")},
    {"S5", "a step undone that had failed for certain",
     "UPDATE pasos_saga SET resultado = 'NEGOCIO', estado = 'FALLIDO'" + step(cancelled, "cobrar")},
    {"S5", "compensated, though an undo was given up",
     "UPDATE pasos_saga SET estado = 'OMITIDO'" + step(compensated, "cobrar", "COMPENSACION")},
    {"S6", "undone in forward order",
     "UPDATE pasos_saga SET orden = 99" + step(compensated, "cobrar", "COMPENSACION")},
    {"S6", "undone in forward order at the participants", "",
     "UPDATE diario SET id = 999" + line(compensated, "cobrar", "COMPENSACION")},
    {"S7", "sent forward after the undoing began",
     "UPDATE pasos_saga SET orden = 99" + step(compensated, "enviar")},
    {"S7", "sent forward again by the next life of the server", "",
     copied_line(line(compensated, "enviar"), "duplicado", 1, 8)},
    {"S8", "sent before its predecessor was done",
     "UPDATE pasos_saga SET timestamp_fin = '2026-01-31 10:00:00.055'" + step(completed, "cobrar")},
    {"S8", "asked for before its predecessor", "",
     "UPDATE diario SET id = -1" + line(completed, "enviar")},
    {"S9", "an undo of a step that was never sent",
     "DELETE FROM pasos_saga" + step(cancelled, "cobrar")},
    {"S9", "an undo of a done step that found nothing", "",
     "UPDATE diario SET que = 'vacia'" + line(compensated, "cobrar", "COMPENSACION")},
    {"S10", "turned back behind the pivot",
     "UPDATE sagas SET sentido = 'ATRAS', estado = 'COMPENSADA' WHERE" + of(paid)},
    {"S11", "a second answer overwrote the first",
     "UPDATE pasos_saga SET datos_salida = '{}'" + step(completed, "enviar")},
    {"S11", "sent again after its success",
     "UPDATE pasos_saga SET intento_numero = 3" + step(compensated, "cobrar")
       + " AND intento_numero = 1"},
    {"S12", "tried again before it was due",
     "UPDATE pasos_saga SET proxima = '2026-01-31 10:00:00.035'" + step(completed, "reservar")
       + " AND intento_numero = 1"},
    {"S12", "timed out before its time",
     "UPDATE pasos_saga SET error_mensaje = 'sin respuesta en el tiempo máximo'"
       + step(cancelled, "cobrar")},
    {"S13", "a version that is not stored", "UPDATE sagas SET version = 2 WHERE" + of(paid)},
    {"S13", "a step that its definition has not",
     "UPDATE pasos_saga SET nombre = 'otro'" + step(completed, "enviar")},
    {"W1", "received, but not stored", "DELETE FROM pasos_saga" + step(compensated, "enviar")},
    {"W1", "received with another input than is stored",
     "UPDATE pasos_saga SET datos_entrada = '{}'" + step(completed, "enviar")},
    {"W1", "received before it was stored", "",
     "UPDATE diario SET momento = '2026-01-31 09:59:59'" + line(completed, "cobrar")},
    {"W1", "received for a saga that is not there", "DELETE FROM sagas WHERE" + of(failed)},
    {"W2", "a success that nobody answered", "",
     "UPDATE diario SET que = 'fallo'" + line(completed, "cobrar")},
    {"W2", "a success whose answer was lost", "",
     copied_line(line(completed, "cobrar"), "perdida")},
    {"W2", "a refusal that nobody answered", "",
     "UPDATE diario SET que = 'efecto'" + line(failed, "reservar")},
    {"F1", "an epoch that was never granted", "", "UPDATE diario SET epoca = 9"},
    {"F2", "an older epoch after a newer one", "",
     copied_line(line(compensated, "cobrar"), "duplicado", 2, 6)},
    {"F3", "a participant that obeyed an older epoch", "",
     copied_line(line(compensated, "cobrar"), "duplicado", 2, 6)},
    {"V1", "a saga that never ended", "UPDATE sagas SET estado = 'COMPENSANDO' WHERE" + of(parked)},
    {"V5", "an attempt more than its policy allows",
     "UPDATE pasos_saga SET intento_numero = 4" + step(completed, "reservar")
       + " AND intento_numero = 2"},
    {"V5", "a round of attempts without a reason",
     "UPDATE pasos_saga SET intento_base = 2" + step(completed, "reservar")
       + " AND intento_numero = 2"},
    {"D1", "an undo of a saga that had not ended well",
     "UPDATE sagas SET relacion = 'deshace', origen = '" + std::string{failed} + "' WHERE"
       + of(compensated)},
    {"D1", "undone, yet its effect is in force",
     "UPDATE sagas SET relacion = 'deshace', origen = '" + std::string{completed} + "' WHERE"
       + of(compensated)},
    {"D2", "a child of a step that begins none", child_of(completed, "cobrar", failed)},
    {"D2", "a child that had not ended well, of a step that is done",
     child_step + child_of(completed, "cobrar", compensated)},
    {"D2", "a child that ended well and was not undone, of a step that is",
     child_step + child_of(cancelled, "cobrar", completed)},
    {"D2", "two children of one step",
     child_step + child_of(failed, "cobrar", completed) + child_of(failed, "cobrar", cancelled)},
    {"accounting", "an effect of a saga that has none", "",
     "UPDATE efectos SET efecto = NULL WHERE" + of(completed) + " AND paso = 'enviar'"}};
  return all;
}

} // namespace

TEST_CASE("the audit passes a good history and counts what it reached", "[app][audit]") {
  audit_history good;
  const audit::report found = good.judge();
  INFO(as_text(found));
  CHECK(found.violations_total == 0);
  CHECK(found.counts.sagas == 6);
  CHECK(found.counts.by_state.at("COMPLETADA") == 2);
  CHECK(found.counts.undone == 4);
  CHECK(found.counts.undo_checked == 3); // the fourth had nothing to undo
  CHECK(found.counts.retries == 2);
  CHECK(found.counts.lost_replies == 1);
  CHECK(found.counts.empty_undos == 1);
  CHECK(found.counts.parked == 1);
  CHECK(found.counts.acknowledged == 6);
}

TEST_CASE("the audit rejects each bad history by the name of what it breaks", "[app][audit]") {
  for (const bad_history& bad : bad_histories()) {
    INFO(std::string{bad.invariant} + ": " + bad.what);
    audit_history spoiled;
    spoiled.store(bad.store);
    spoiled.ledger(bad.ledger);
    spoiled.clients(bad.clients);
    const audit::report found = spoiled.judge();
    INFO(as_text(found));
    CHECK(broken_in(found).contains(bad.invariant));
  }
}

TEST_CASE("what participants noted after the database's moment is not held against it",
          "[app][audit]") {
  audit_history run;
  run.ledger("INSERT INTO diario (momento, saga_id, microservicio, paso, operacion, intento, epoca,"
             " que, huella) SELECT '2027-03-04 12:00:00.000', 'later', microservicio, paso,"
             " operacion, intento, epoca, que, huella FROM diario WHERE que = 'efecto' LIMIT 1");
  CHECK_FALSE(broken_in(run.judge(true, parse_iso("2027-03-04T12:00:00.000Z"))).contains("W1"));
  CHECK(broken_in(run.judge(true, parse_iso("2027-03-04T12:00:00.001Z"))).contains("W1"));
}

TEST_CASE("a saga that went on while its database was copied is not held against the ledger",
          "[app][audit]") {
  audit_history run;
  run.ledger("UPDATE diario SET momento = '2027-03-04 12:00:00.000' WHERE saga_id = '"
             + std::string{ids::completed} + "' AND paso = 'cobrar'");
  const auto before = parse_iso("2027-03-04T11:00:00.000Z");
  const audit::report live = run.judge(true, before);
  INFO(audit::as_text(live));
  CHECK(broken_in(live).empty());
  CHECK(live.counts.moving == 1);
  // What the ledger lacks for good is no movement.
  run.ledger("DELETE FROM diario WHERE saga_id = '" + std::string{ids::completed} + "'");
  CHECK(broken_in(run.judge(true, before)).contains("W2"));
}

TEST_CASE("there is a bad history for every invariant that the audit claims", "[app][audit]") {
  std::set<std::string> tried;
  for (const bad_history& bad : bad_histories())
    tried.insert(bad.invariant);
  for (const auto& [invariant, count] : audit_history{}.judge().by_invariant) {
    INFO(invariant);
    CHECK(tried.contains(invariant));
  }
}

TEST_CASE("sagas audit tells the verdict by its exit code", "[app][audit]") {
  audit_history run;
  CHECK(run_sagas({"audit", "--db", run.database()}).code == 0);
  run.store("UPDATE sagas SET estado = 'COMPLETADA' WHERE estado = 'FALLIDA'");
  const auto bad = run_sagas({"audit", "--db", run.database(), "--json"});
  CHECK(bad.code == 1);
  CHECK(bad.out.find("\"invariant\": \"S3\"") != std::string::npos);
  CHECK(run_sagas({"audit", "--db", run.database() + ".none"}).code == 3);
}

TEST_CASE("the audit names a witness that it cannot read", "[app][audit]") {
  temp_folder folder;
  CHECK(audit::audit({.database = folder.file("none.db")}).error().code == errc::not_found);
}

namespace {

// Removes a saga as the store does it.
void remove_from(audit_history& run, const char* saga) {
  const std::string where = std::string{" WHERE"} + of(saga);
  run.store("INSERT INTO sagas_retiradas SELECT saga_id FROM sagas" + where
            + "; INSERT INTO cuentas_retiradas SELECT tipo, '', '', estado, 1 FROM sagas" + where
            + " ON CONFLICT DO UPDATE SET cuenta = cuenta + 1;"
              "INSERT INTO cuentas_retiradas SELECT s.tipo, p.nombre, p.tipo_operacion, p.estado, 1"
              " FROM pasos_saga p JOIN sagas s USING (saga_id) WHERE p.timestamp_fin IS NOT NULL"
              " AND"
            + of(saga) + " ON CONFLICT DO UPDATE SET cuenta = cuenta + 1");
  for (const char* table : {"pasos_saga", "eventos_saga", "claves_idempotencia", "sagas"})
    run.store(std::string{"DELETE FROM "} + table + where);
}

} // namespace

TEST_CASE("the audit passes over what was removed for its age", "[app][audit][removal]") {
  audit_history run;
  for (const char* each : {ids::completed, ids::compensated, ids::cancelled, ids::failed})
    remove_from(run, each);
  // A client starts another saga with the key of one that is gone.
  run.clients(std::string{"read,1,-,-,"} + ids::completed + ",404\n");
  const audit::report found = run.judge();
  INFO(as_text(found));
  CHECK(found.violations_total == 0);
  CHECK(found.counts.sagas == 2);
  CHECK(found.counts.removed == 4);
}

TEST_CASE("the audit sees what goes beside a removal", "[app][audit][removal]") {
  const std::vector<bad_history> spoiled{
    {"A5", "half of it is left",
     std::string{"INSERT INTO eventos_saga (saga_id, momento, evento) VALUES ('"} + ids::completed
       + "', '', 'pausada')"},
    {"A5", "it is back", std::string{"INSERT INTO sagas_retiradas VALUES ('"} + ids::failed + "')"},
    {"A5", "another saga is gone with all its rows",
     "DELETE FROM pasos_saga WHERE" + of(ids::failed) + "; DELETE FROM claves_idempotencia WHERE"
       + of(ids::failed) + "; DELETE FROM sagas WHERE" + of(ids::failed)},
    {"W1", "the same, seen by its participant",
     "DELETE FROM pasos_saga WHERE" + of(ids::failed) + "; DELETE FROM sagas WHERE"
       + of(ids::failed)},
    {"A1", "the same, seen by who started it",
     "DELETE FROM pasos_saga WHERE" + of(ids::failed) + "; DELETE FROM sagas WHERE"
       + of(ids::failed)},
    {"A5", "a step's row is gone", "DELETE FROM pasos_saga" + step(ids::compensated, "enviar")},
    {"A5", "more is counted than went",
     "UPDATE cuentas_retiradas SET cuenta = cuenta + 1 WHERE paso = 'cobrar'"}};
  for (const bad_history& bad : spoiled) {
    INFO(std::string{bad.invariant} + ": " + bad.what);
    audit_history run;
    remove_from(run, ids::completed);
    REQUIRE(run.judge().violations_total == 0);
    run.store(bad.store);
    const audit::report found = run.judge();
    INFO(as_text(found));
    CHECK(broken_in(found).contains(bad.invariant));
  }
}
