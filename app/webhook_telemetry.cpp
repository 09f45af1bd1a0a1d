#include "app/webhook_telemetry.hpp"

namespace sagas {
namespace {

using http::subscription_state;
using states = std::vector<subscription_state>;
using prometheus::MetricType;

prometheus::MetricFamily family(const char* name, const char* help, MetricType type,
                                const states& from, double (*value)(const subscription_state&)) {
  prometheus::MetricFamily made;
  made.name = std::string{"sagas_webhook_"} + name;
  made.help = help;
  made.type = type;
  for (const subscription_state& each : from) {
    prometheus::ClientMetric& metric = made.metric.emplace_back();
    metric.label = {{"suscripcion", each.name}};
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value(each);
  }
  return made;
}

template <auto Member>
double figure(const subscription_state& of) {
  return static_cast<double>(of.*Member);
}

} // namespace

std::vector<prometheus::MetricFamily> metrics_of(const states& subscriptions) {
  constexpr auto counter = MetricType::Counter;
  constexpr auto gauge = MetricType::Gauge;
  return {
    family("delivered_total", "Events delivered", counter, subscriptions,
           figure<&subscription_state::delivered>),
    family("failed_attempts_total", "Attempts that failed", counter, subscriptions,
           figure<&subscription_state::failed>),
    family("dead_total", "Events given up", counter, subscriptions,
           figure<&subscription_state::dead>),
    family("gaps_total", "Times that the feed did not hold any more what came next", counter,
           subscriptions, figure<&subscription_state::gaps>),
    family("dead_letters", "Dead letters that are there now", gauge, subscriptions,
           figure<&subscription_state::letters>),
    family("set_aside", "Events that fail now, and that others have passed", gauge, subscriptions,
           figure<&subscription_state::set_aside>),
    family("lag_seconds",
           "Age of the oldest event that is read and neither delivered nor set aside", gauge,
           subscriptions, figure<&subscription_state::lag_s>),
    family("stopped", "Whether it is paused or can't be used: 1, or 0", gauge, subscriptions,
           [](const subscription_state& of) {
             const bool stopped = of.how == subscription_state::kind::paused
                                  || of.how == subscription_state::kind::broken;
             return stopped ? 1.0 : 0.0;
           }),
  };
}

} // namespace sagas
