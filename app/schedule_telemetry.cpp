#include "app/schedule_telemetry.hpp"

#include <utility>

namespace sagas {
namespace {

using prometheus::MetricType;
using values = std::vector<std::pair<const char*, double>>; // by the label's value

prometheus::MetricFamily family(const char* name, const char* help, MetricType type,
                                const char* label, const values& all) {
  prometheus::MetricFamily made;
  made.name = name;
  made.help = help;
  made.type = type;
  for (const auto& [of, value] : all) {
    prometheus::ClientMetric& metric = made.metric.emplace_back();
    if (label)
      metric.label = {{label, of}};
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  }
  return made;
}

} // namespace

std::vector<prometheus::MetricFamily> metrics_of(const schedule_figures& of) {
  const auto number = [](auto count) { return static_cast<double>(count); };
  return {family("sagas_schedule_runs_total", "Runs of schedules, by what became of them",
                 MetricType::Counter, "resultado",
                 {{"iniciada", number(of.started)},
                  {"perdida", number(of.missed)},
                  {"fallida", number(of.failed)}}),
          family("sagas_schedules", "Schedules, by their state", MetricType::Gauge, "estado",
                 {{"activo", number(of.active)},
                  {"pausado", number(of.paused)},
                  {"averiado", number(of.broken)}}),
          family("sagas_schedule_lag_seconds", "Age of the oldest run that is due and not started",
                 MetricType::Gauge, nullptr, {{"", of.lag_s}})};
}

} // namespace sagas
