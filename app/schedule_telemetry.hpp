// How schedules fare, as Prometheus wants it.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "app/schedule_board.hpp"

namespace sagas {

/// `sagas_schedule...`: of all schedules together, for there may be ten thousand.
std::vector<prometheus::MetricFamily> metrics_of(const schedule_figures& schedules);

} // namespace sagas
