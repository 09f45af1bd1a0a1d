// The statistics that are kept up equal what plain SQL counts in the rows.
#include "tests/persistence/crowd.hpp"
#include "tests/persistence/plain_sql.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

// What one of two queries gives and the other does not.
std::string difference(const std::string& path, const std::string& kept,
                       const std::string& counted) {
  return test::ask(path, "SELECT 'kept', * FROM (" + kept + " EXCEPT " + counted
                           + ") UNION ALL SELECT 'counted', * FROM (" + counted + " EXCEPT " + kept
                           + ")");
}

const std::string steps_that_ended =
  "FROM pasos_saga p JOIN sagas s USING (saga_id) WHERE p.timestamp_fin IS NOT NULL ";

void check_statistics(const std::string& path, const std::string& periods,
                      const std::string& saga_period, const std::string& step_period) {
  CHECK(difference(path,
                   "SELECT periodo, tipo, estado, cuenta FROM estadisticas_sagas WHERE cuenta <> 0 "
                   "AND "
                     + periods,
                   "SELECT " + saga_period + ", tipo, estado, count(*) FROM sagas GROUP BY 1, 2, 3")
        == "");
  CHECK(difference(path,
                   "SELECT periodo, tipo, sum(cuenta), sum(suma_ms) FROM duraciones_sagas WHERE "
                     + periods + " GROUP BY 1, 2",
                   "SELECT " + saga_period
                     + ", tipo, count(*), sum(CAST(round(duracion_total_segundos * 1000) AS "
                       "INTEGER)) FROM sagas WHERE timestamp_fin IS NOT NULL GROUP BY 1, 2")
        == "");
  CHECK(difference(path,
                   "SELECT periodo, tipo, paso, tipo_operacion, estado, cuenta, reintentos FROM "
                   "estadisticas_pasos WHERE cuenta <> 0 AND "
                     + periods,
                   "SELECT " + step_period
                     + ", tipo, nombre, tipo_operacion, p.estado, count(*), "
                       "sum(intento_numero > 1) "
                     + steps_that_ended + "GROUP BY 1, 2, 3, 4, 5")
        == "");
  CHECK(difference(path,
                   "SELECT periodo, tipo, paso, tipo_operacion, sum(cuenta), sum(suma_ms) FROM "
                   "duraciones_pasos WHERE "
                     + periods + " GROUP BY 1, 2, 3, 4",
                   "SELECT " + step_period
                     + ", tipo, nombre, tipo_operacion, count(*), sum(CAST(round(duracion_segundos "
                       "* 1000) AS INTEGER)) "
                     + steps_that_ended + "GROUP BY 1, 2, 3, 4")
        == "");
}

} // namespace

TEST_CASE("statistics equal what the rows say, by the hour, by the day and in all",
          "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  crowd sagas{4'711, 80};
  std::chrono::minutes later{0};
  for (world& it : sagas.worlds) { // over some days
    it.now += later += std::chrono::minutes{97};
    it.state.header.started = it.now;
  }
  for (auto batch = sagas.next_batch(50); !batch.empty(); batch = sagas.next_batch(50))
    bed.commit(batch);
  CHECK(test::ask(bed.path(), "SELECT count(*) > 10 FROM estadisticas_pasos WHERE reintentos > 0")
        == "1");
  check_statistics(bed.path(), "periodo < ':'", "substr(timestamp_inicio, 1, 13)",
                   "substr(p.timestamp_inicio, 1, 13)");
  check_statistics(bed.path(), "periodo LIKE 'D%'", "'D' || substr(timestamp_inicio, 1, 10)",
                   "'D' || substr(p.timestamp_inicio, 1, 10)");
  check_statistics(bed.path(), "periodo = 'TOTAL'", "'TOTAL'", "'TOTAL'");
}
