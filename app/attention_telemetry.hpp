// What waits for a person, as Prometheus wants it.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "saga/attention.hpp"

namespace sagas {

/// By type and service: how many steps wait, and the age of the oldest. At most 100 of them, the
/// others as "otro".
std::vector<prometheus::MetricFamily> metrics_of(const attention_summary& parked);

} // namespace sagas
