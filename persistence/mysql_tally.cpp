#include "persistence/mysql_tally.hpp"

#include "persistence/periods.hpp"

namespace sagas {
namespace {

bulk_text upsert(const std::string& table, std::size_t columns, const std::string& sums) {
  return {"INSERT INTO " + table + " VALUES ", placeholders(columns), ", ",
          " ON DUPLICATE KEY UPDATE " + sums};
}

constexpr const char* count_sum = "cuenta = cuenta + VALUES(cuenta)";
constexpr const char* duration_sums =
  "cuenta = cuenta + VALUES(cuenta), suma_ms = suma_ms + VALUES(suma_ms)";

} // namespace

mysql_tally_writer::mysql_tally_writer(soci::session& session, int writer)
  : writer_(writer), saga_counts_(session, upsert("estadisticas_sagas", 5, count_sum)),
    saga_durations_(session, upsert("duraciones_sagas", 6, duration_sums)),
    step_counts_(session, upsert("estadisticas_pasos", 8,
                                 "cuenta = cuenta + VALUES(cuenta), reintentos = reintentos + "
                                 "VALUES(reintentos)")),
    step_durations_(session, upsert("duraciones_pasos", 8, duration_sums)),
    services_(session, upsert("servicios_de_tipos", 2, "tipo = VALUES(tipo)")) {}

void mysql_tally_writer::clear() {
  saga_counts_.clear();
  saga_durations_.clear();
  step_counts_.clear();
  step_durations_.clear();
  services_.clear();
  written_.clear();
}

void mysql_tally_writer::write(const tally& what) {
  std::set<const definition*> plans;
  for (const auto& [key, figures] : what.all()) {
    if (figures.count != 0 || figures.more != 0)
      add(key, figures);
    if (key.step == 0)
      plans.insert(key.plan);
  }
  for (const definition* plan : plans)
    add_services(*plan);
  saga_counts_.finish();
  saga_durations_.finish();
  step_counts_.finish();
  step_durations_.finish();
  services_.finish();
}

template <class Row>
void mysql_tally_writer::add(mysql_bulk<Row>& to, const tally::key& of, const tally::figures& by) {
  for (const std::string& period : periods::of(timestamp{std::chrono::hours{of.hour}}))
    to.add([&](Row& row) {
      row.set(of, by);
      row.period.set(period);
      row.writer.value = writer_;
    });
}

void mysql_tally_writer::add(const tally::key& of, const tally::figures& by) {
  if (of.step == 0)
    of.is_bucket ? add(saga_durations_, of, by) : add(saga_counts_, of, by);
  else
    of.is_bucket ? add(step_durations_, of, by) : add(step_counts_, of, by);
}

void mysql_tally_writer::add_services(const definition& plan) {
  for (const step_definition& step : plan.steps) {
    const std::pair pair{step.service, plan.type};
    if (!known_.contains(pair) && written_.insert(pair).second)
      services_.add([&](mysql_rows::service& row) {
        row.name.set(pair.first);
        row.type.set(pair.second);
      });
  }
}

} // namespace sagas
