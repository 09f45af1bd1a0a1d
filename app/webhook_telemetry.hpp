// How webhooks fare, as Prometheus wants it.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "http/subscription_desk.hpp"

namespace sagas {

/// One family a figure, `sagas_webhook_...`, by subscription, of which there are few.
std::vector<prometheus::MetricFamily>
metrics_of(const std::vector<http::subscription_state>& subscriptions);

} // namespace sagas
