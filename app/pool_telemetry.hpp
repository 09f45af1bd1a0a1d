// The figures of a pool of database sessions in Prometheus' terms.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "saga/queries.hpp"

namespace sagas {

/// One family a figure, `sagas_pool_...`.
std::vector<prometheus::MetricFamily> metrics_of(const pool_figures& pool);

} // namespace sagas
