#include "app/attention_telemetry.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace sagas {
namespace {

constexpr std::size_t series_max = 100;
constexpr const char* other = "otro";

struct figure {
  std::uint64_t count = 0;
  double oldest_s = 0;
};
using figures = std::map<std::pair<std::string, std::string>, figure>; // by type and service

prometheus::MetricFamily family(const char* name, const char* help, const figures& from,
                                double (*value)(const figure&)) {
  prometheus::MetricFamily made;
  made.name = name;
  made.help = help;
  made.type = prometheus::MetricType::Gauge;
  for (const auto& [labels, what] : from) {
    prometheus::ClientMetric& metric = made.metric.emplace_back();
    metric.label = {{"tipo", labels.first}, {"microservicio", labels.second}};
    metric.gauge.value = value(what);
  }
  return made;
}

} // namespace

std::vector<prometheus::MetricFamily> metrics_of(const attention_summary& parked) {
  figures by;
  for (const cause_group& group : parked.causes) {
    std::pair<std::string, std::string> labels{group.type, group.service};
    if (!by.contains(labels) && by.size() >= series_max)
      labels = {other, other};
    figure& to = by[labels];
    to.count += group.count;
    const double age = std::chrono::duration<double>(parked.at - group.oldest).count();
    to.oldest_s = std::max(to.oldest_s, age);
  }
  if (parked.others > 0)
    by[{other, other}].count += parked.others;
  return {family("sagas_attention_steps", "Steps that wait for a person's decision", by,
                 [](const figure& what) { return static_cast<double>(what.count); }),
          family("sagas_attention_oldest_seconds", "How long the oldest of them has waited", by,
                 [](const figure& what) { return what.oldest_s; })};
}

} // namespace sagas
