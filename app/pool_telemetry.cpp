#include "app/pool_telemetry.hpp"

#include <string>

namespace sagas {
namespace {

prometheus::MetricFamily family(const char* name, const char* help, prometheus::MetricType type) {
  prometheus::MetricFamily made;
  made.name = std::string{"sagas_pool_"} + name;
  made.help = help;
  made.type = type;
  made.metric.resize(1);
  return made;
}

prometheus::MetricFamily gauge(const char* name, const char* help, std::size_t value) {
  auto made = family(name, help, prometheus::MetricType::Gauge);
  made.metric[0].gauge.value = static_cast<double>(value);
  return made;
}

prometheus::MetricFamily counter(const char* name, const char* help, double value) {
  auto made = family(name, help, prometheus::MetricType::Counter);
  made.metric[0].counter.value = value;
  return made;
}

} // namespace

std::vector<prometheus::MetricFamily> metrics_of(const pool_figures& pool) {
  const auto count = [](std::uint64_t value) { return static_cast<double>(value); };
  return {
    gauge("sessions_max", "Sessions that the queries may have at once", pool.sessions_max),
    gauge("open", "Sessions that are open", pool.in_use + pool.idle),
    gauge("in_use", "Sessions that run a query", pool.in_use),
    gauge("idle", "Sessions that wait for a query", pool.idle),
    gauge("waiting", "Queries that wait for a session", pool.waiting),
    counter("opened_total", "Sessions opened", count(pool.opened)),
    counter("replaced_total", "Sessions given up because they were dead", count(pool.replaced)),
    counter("waits_total", "Queries that had to wait for a session", count(pool.waits)),
    counter("timeouts_total", "Queries refused since no session came in time",
            count(pool.timed_out)),
    counter("wait_seconds_total", "How long queries have waited for a session", pool.waited_s),
  };
}

} // namespace sagas
