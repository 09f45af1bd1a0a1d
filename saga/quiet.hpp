// The ports that a program may do without, as parts that do nothing: for embedding, tests,
// benchmarks.
#pragma once

#include "saga/feed.hpp"
#include "saga/log.hpp"
#include "saga/telemetry.hpp"

namespace sagas {

class quiet_logger final : public logger {
public:
  bool enabled(log_level) const override { return false; }
  void write(log_level, std::string_view, std::initializer_list<log_field>) override {}
};

class quiet_telemetry final : public telemetry {
public:
  void saga_started(std::string_view) override {}
  void saga_ended(std::string_view, saga_status, seconds) override {}
  void saga_parked(std::string_view) override {}
  void attempt_ended(std::string_view, operation, outcome_kind, seconds) override {}
  void outcome_ignored() override {}
  void batch_committed(std::size_t, std::size_t, seconds) override {}
  void batch_failed(std::size_t) override {}
  void store_available(std::size_t, bool) override {}
  void start_refused() override {}
  void recovered(std::size_t) override {}
  void removed(std::size_t) override {}
  void in_flight(std::uint64_t, std::uint64_t) override {}
};

class quiet_feed final : public feed_sink {
public:
  void publish(std::shared_ptr<const feed_batch>) override {}
};

} // namespace sagas
