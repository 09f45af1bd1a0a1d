#include "persistence/tally.hpp"

#include <set>

#include "persistence/histogram.hpp"
#include "persistence/periods.hpp"

namespace sagas {
namespace {

using std::chrono::hours;

std::int64_t hour_of(timestamp at) {
  return std::chrono::floor<hours>(at).time_since_epoch().count();
}

} // namespace

std::size_t tally::key_hash::operator()(const key& of) const noexcept {
  std::size_t mixed = std::hash<const void*>{}(of.plan);
  for (const std::uint64_t part :
       {static_cast<std::uint64_t>(of.hour), std::uint64_t{of.step} << 16 | of.value,
        std::uint64_t{of.is_bucket} << 1 | static_cast<std::uint64_t>(of.op)})
    mixed = (mixed ^ part) * 0x9E3779B97F4A7C15ULL;
  return mixed ^ mixed >> 32;
}

void tally::add(const key& to, std::int64_t count, std::int64_t more) {
  figures& at = counters_[to];
  at.count += count;
  at.more += more;
}

void tally::add(const tally& other) {
  for (const auto& [to, by] : other.counters_)
    add(to, by.count, by.more);
}

void tally::count(const changes& what) {
  const saga_header& header = *what.header;
  if (what.was == header.status)
    return;
  key of{.plan = what.plan.get(), .hour = hour_of(header.started)};
  of.value = static_cast<std::uint16_t>(header.status);
  add(of, 1, 0);
  if (what.was) {
    of.value = static_cast<std::uint16_t>(*what.was);
    add(of, -1, 0);
  }
  if (header.ended)
    count_duration(of, header.started, *header.ended, 1);
}

void tally::count_end(const changes& what, const step_row& row, std::int64_t by) {
  key of{.plan = what.plan.get(), .hour = hour_of(row.started)};
  of.step = static_cast<std::uint32_t>(row.step + 1);
  of.op = row.op;
  of.value = static_cast<std::uint16_t>(row.status);
  add(of, by, row.attempt > 1 ? by : 0);
  count_duration(of, row.started, *row.ended, by);
}

void tally::count_duration(key of, timestamp started, timestamp ended, std::int64_t by) {
  of.is_bucket = true;
  of.value = static_cast<std::uint16_t>(duration_bucket(ended - started));
  add(of, by, by * (ended - started).count());
}

void tally_record::set(const tally::key& of, const tally::figures& by) {
  type.set(of.plan->type);
  count.value = by.count;
  more.value = by.more;
  bucket.value = of.value;
  const auto word = static_cast<std::uint8_t>(of.is_bucket ? 0 : of.value);
  if (of.step == 0) {
    status.set(to_text(static_cast<saga_status>(word)));
    return;
  }
  step.set(of.plan->steps[of.step - 1].name);
  op.set(to_text(of.op));
  status.set(to_text(static_cast<step_status>(word)));
}

tally_writer::tally_writer(soci::session& session)
  : saga_count_(make_write(session,
                           "INSERT INTO estadisticas_sagas VALUES (:p, :t, :e, :n) "
                           "ON CONFLICT DO UPDATE SET cuenta = cuenta + excluded.cuenta",
                           row_.period, row_.type, row_.status, row_.count)),
    saga_duration_(make_write(session,
                              "INSERT INTO duraciones_sagas VALUES (:p, :t, :c, :n, :m) "
                              "ON CONFLICT DO UPDATE SET cuenta = cuenta + excluded.cuenta, "
                              "suma_ms = suma_ms + excluded.suma_ms",
                              row_.period, row_.type, row_.bucket, row_.count, row_.more)),
    step_count_(make_write(session,
                           "INSERT INTO estadisticas_pasos VALUES (:p, :t, :s, :o, :e, :n, :m) "
                           "ON CONFLICT DO UPDATE SET cuenta = cuenta + excluded.cuenta, "
                           "reintentos = reintentos + excluded.reintentos",
                           row_.period, row_.type, row_.step, row_.op, row_.status, row_.count,
                           row_.more)),
    step_duration_(make_write(session,
                              "INSERT INTO duraciones_pasos VALUES (:p, :t, :s, :o, :c, :n, :m) "
                              "ON CONFLICT DO UPDATE SET cuenta = cuenta + excluded.cuenta, "
                              "suma_ms = suma_ms + excluded.suma_ms",
                              row_.period, row_.type, row_.step, row_.op, row_.bucket, row_.count,
                              row_.more)),
    service_(make_write(session,
                        "INSERT INTO servicios_de_tipos VALUES (:m, :t) ON CONFLICT DO NOTHING",
                        service_name_, row_.type)) {}

void tally_writer::write(const tally& what) {
  std::set<const definition*> plans;
  for (const auto& [key, figures] : what.all()) {
    if (figures.count != 0 || figures.more != 0)
      write(key, figures);
    if (key.step == 0)
      plans.insert(key.plan);
  }
  for (const definition* plan : plans)
    write_services(*plan);
}

void tally_writer::write_services(const definition& plan) {
  row_.type.set(plan.type);
  for (const step_definition& step : plan.steps) {
    service_name_.set(step.service);
    run(service_);
  }
}

void tally_writer::write(const tally::key& of, const tally::figures& by) {
  row_.set(of, by);
  soci::statement& to = of.step == 0 ? (of.is_bucket ? saga_duration_ : saga_count_)
                                     : (of.is_bucket ? step_duration_ : step_count_);
  for (const std::string& period : periods::of(timestamp{hours{of.hour}})) {
    row_.period.set(period);
    run(to);
  }
}

} // namespace sagas
