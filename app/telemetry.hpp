// The figures that operators watch, on prometheus-cpp.
//
// Labels are bounded: a type or a microservicio that no registered definition names, or that comes
// after the hundredth, is counted as "otro".
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/schedule_board.hpp"
#include "http/subscription_desk.hpp"
#include "saga/attention.hpp"
#include "saga/queries.hpp"
#include "saga/registry.hpp"
#include "saga/telemetry.hpp"

namespace sagas {

class prometheus_telemetry final : public telemetry {
public:
  /// @param known the registered definitions; outlives this.
  /// @param writers of the engine
  explicit prometheus_telemetry(const definition_registry& known, std::size_t writers = 1);
  ~prometheus_telemetry() override;

  /// Everything in Prometheus' text format, with the process's own memory and descriptors, and the
  /// queries' pool, what waits for a person, the webhooks and the schedules where they are known.
  /// Thread-safe.
  std::string text(const std::optional<pool_figures>& pool = std::nullopt,
                   const std::optional<attention_summary>& parked = std::nullopt,
                   const std::vector<http::subscription_state>& webhooks = {},
                   const std::optional<schedule_figures>& schedules = std::nullopt);

  void saga_started(std::string_view type) override;
  void saga_ended(std::string_view type, saga_status end, seconds took) override;
  void saga_parked(std::string_view type) override;
  void attempt_ended(std::string_view service, operation op, outcome_kind kind,
                     seconds took) override;
  void outcome_ignored() override;
  void batch_committed(std::size_t writer, std::size_t transitions, seconds took) override;
  void batch_failed(std::size_t writer) override;
  void store_available(std::size_t writer, bool is) override;
  void start_refused() override;
  void recovered(std::size_t sagas) override;
  void removed(std::size_t sagas) override;
  void in_flight(std::uint64_t sagas, std::uint64_t queued_commits) override;

private:
  struct figures;
  std::unique_ptr<figures> figures_;
};

} // namespace sagas
