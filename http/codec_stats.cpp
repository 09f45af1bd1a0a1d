#include "http/codec_stats.hpp"

#include <cmath>

#include "saga/status.hpp"

namespace sagas::http {
namespace {

using counts = std::map<std::string, std::uint64_t>;

void write_counts(json_writer& json, const counts& what) {
  json.begin_object();
  for (const auto& [name, count] : what)
    json.member(name, count);
  json.end_object();
}

void write_durations(json_writer& json, const duration_summary& what) {
  const auto member = [&](const char* name, double seconds) {
    json.key(name);
    what.count > 0 ? json.value(std::round(seconds * 1e6) / 1e6) : json.null();
  };
  member("promedio_duracion_segundos", what.mean_s);
  member("p50", what.p50_s);
  member("p95", what.p95_s);
  member("p99", what.p99_s);
}

// The share of COMPLETADA among the ended, in percent; null while none has ended.
void write_success_rate(json_writer& json, const counts& by_status) {
  std::uint64_t ended = 0;
  std::uint64_t completed = 0;
  for (const auto& [name, count] : by_status) {
    const auto status = parse_saga_status(name);
    if (!status || !is_terminal(*status))
      continue;
    ended += count;
    if (*status == saga_status::completed)
      completed += count;
  }
  json.key("tasa_exito");
  if (ended == 0)
    return json.null();
  const double percent = 100.0 * static_cast<double>(completed) / static_cast<double>(ended);
  json.value(std::round(percent * 100.0) / 100.0);
}

void write_step(json_writer& json, const step_statistics& step) {
  json.begin_object();
  json.member("tipo", step.type);
  json.member("paso", step.step);
  json.member("tipo_operacion", to_text(step.op));
  std::uint64_t total = 0;
  for (const auto& [name, count] : step.by_status)
    total += count;
  json.member("total", total);
  json.key("por_estado");
  write_counts(json, step.by_status);
  json.member("reintentos", step.retries);
  write_durations(json, step.durations);
  json.end_object();
}

} // namespace

void write_statistics(json_writer& json, const statistics& what) {
  json.begin_object();
  json.member("total_sagas", what.total);
  json.key("por_estado");
  write_counts(json, what.by_status);
  json.key("por_tipo");
  write_counts(json, what.by_type);
  write_durations(json, what.durations);
  write_success_rate(json, what.by_status);
  json.member("sagas_ultimo_dia", what.last_day);
  json.key("pasos");
  json.begin_array();
  for (const step_statistics& step : what.steps)
    write_step(json, step);
  json.end_array();
  json.end_object();
}

} // namespace sagas::http
