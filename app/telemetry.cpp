#include "app/telemetry.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <unordered_map>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "app/attention_telemetry.hpp"
#include "app/pool_telemetry.hpp"
#include "app/process.hpp"
#include "app/schedule_telemetry.hpp"
#include "app/version.hpp"
#include "app/webhook_telemetry.hpp"

namespace sagas {
namespace {

constexpr std::size_t names_max = 100;
constexpr const char* other = "otro";
constexpr std::size_t outcome_kinds = 5;

using buckets = prometheus::Histogram::BucketBoundaries;

const buckets saga_seconds{.005, .01, .025, .05, .1,  .25, .5,  1,   2.5,
                           5,    10,  30,   60,  120, 300, 600, 3600};
const buckets attempt_seconds{.0005, .001, .0025, .005, .01, .025, .05, .1,
                              .25,   .5,   1,     2.5,  5,   10,   30};
const buckets commit_seconds{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 10};
const buckets commit_sizes{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

struct name_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const {
    return std::hash<std::string_view>{}(name);
  }
};

// Series by label value: made once for each name, found without a string being built.
template <class Series>
class series_by_name {
public:
  template <class Known, class Make>
  Series& at(std::string_view name, Known known, Make make) {
    {
      const std::shared_lock lock{guard_};
      if (const auto found = series_.find(name); found != series_.end())
        return *found->second;
    }
    const bool own = known(name);
    const std::unique_lock lock{guard_};
    const std::string label{own && series_.size() < names_max ? name : other};
    auto& entry = series_[label];
    if (!entry)
      entry = std::make_unique<Series>(make(label));
    return *entry;
  }

private:
  std::shared_mutex guard_;
  std::unordered_map<std::string, std::unique_ptr<Series>, name_hash, std::equal_to<>> series_;
};

struct type_series {
  prometheus::Counter* started = nullptr;
  prometheus::Counter* parked = nullptr;
  std::array<prometheus::Counter*, saga_status_count> ended{}; // by status; null: not terminal
  prometheus::Histogram* seconds = nullptr;
};

struct writer_series {
  prometheus::Counter* transitions = nullptr;
  prometheus::Counter* failures = nullptr;
  prometheus::Histogram* seconds = nullptr;
  prometheus::Histogram* sizes = nullptr;
  prometheus::Gauge* available = nullptr;
};

struct service_series {
  std::array<std::array<prometheus::Counter*, outcome_kinds>, 2> attempts{};
  std::array<prometheus::Histogram*, 2> seconds{};
};

} // namespace

struct prometheus_telemetry::figures {
  figures(const definition_registry& registered, std::size_t count) : known(registered) {
    gauge("sagas_build_info", "The running version", {{"version", version_text()}}).Set(1);
    for (std::size_t i = 0; i < count; ++i)
      writers.push_back(make_writer({{"escritor", std::to_string(i + 1)}}));
  }

  prometheus::Family<prometheus::Counter>& counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  prometheus::Family<prometheus::Histogram>& histograms(const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  }
  prometheus::Gauge& gauge(const char* name, const char* help,
                           const prometheus::Labels& labels = {}) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
  }

  type_series make_type(const std::string& type) {
    type_series made;
    made.started = &started.Add({{"tipo", type}});
    made.parked = &parked.Add({{"tipo", type}});
    made.seconds = &durations.Add({{"tipo", type}}, saga_seconds);
    for (std::size_t i = 0; i < made.ended.size(); ++i)
      if (const auto end = static_cast<saga_status>(i); is_terminal(end))
        made.ended[i] = &ended.Add({{"tipo", type}, {"estado", to_text(end)}});
    return made;
  }

  service_series make_service(const std::string& service) {
    service_series made;
    for (std::size_t op = 0; op < made.attempts.size(); ++op) {
      const std::string operation_text = to_text(static_cast<operation>(op));
      made.seconds[op] = &attempt_durations.Add(
        {{"microservicio", service}, {"operacion", operation_text}}, attempt_seconds);
      for (std::size_t kind = 0; kind < outcome_kinds; ++kind)
        made.attempts[op][kind] = &attempts.Add(
          {{"microservicio", service},
           {"operacion", operation_text},
           {"resultado", to_text(static_cast<outcome_kind>(kind))}});
    }
    return made;
  }

  writer_series make_writer(const prometheus::Labels& label) {
    writer_series made;
    made.transitions = &transitions.Add(label);
    made.failures = &failed_commits.Add(label);
    made.seconds = &commit_time.Add(label, commit_seconds);
    made.sizes = &commit_size.Add(label, commit_sizes);
    made.available = &gauge("sagas_store_available", "Whether a writer has its store: 1, or 0",
                            label);
    made.available->Set(1);
    return made;
  }

  type_series& of_type(std::string_view type) {
    return types.at(
      type, [&](std::string_view name) { return known.find(name) != nullptr; },
      [&](const std::string& label) { return make_type(label); });
  }

  service_series& of_service(std::string_view service) {
    return services.at(
      service, [&](std::string_view name) { return is_known_service(name); },
      [&](const std::string& label) { return make_service(label); });
  }

  bool is_known_service(std::string_view name) const {
    const auto plans = known.all();
    return std::any_of(plans.begin(), plans.end(), [&](const definition_ptr& plan) {
      return std::any_of(plan->steps.begin(), plan->steps.end(),
                         [&](const step_definition& step) { return step.service == name; });
    });
  }

  const definition_registry& known;
  prometheus::Registry registry;
  series_by_name<type_series> types;
  series_by_name<service_series> services;
  std::vector<writer_series> writers;

  prometheus::Family<prometheus::Counter>& started = counters("sagas_started_total",
                                                              "Sagas started");
  prometheus::Family<prometheus::Counter>& parked = counters(
    "sagas_parked_total", "Times that a saga was parked for an operator");
  prometheus::Family<prometheus::Counter>& ended = counters("sagas_ended_total", "Sagas ended");
  prometheus::Family<prometheus::Histogram>& durations = histograms(
    "sagas_duration_seconds", "From a saga's start to its end");
  prometheus::Family<prometheus::Counter>& attempts = counters(
    "sagas_attempts_total", "Attempts of actions and compensations, by their outcome");
  prometheus::Family<prometheus::Histogram>& attempt_durations = histograms(
    "sagas_attempt_duration_seconds", "From sending an attempt to its outcome");
  prometheus::Counter& ignored =
    counters("sagas_outcomes_ignored_total", "Outcomes that came late or twice").Add({});
  prometheus::Counter& refused =
    counters("sagas_starts_refused_total", "Starts refused under backpressure").Add({});
  prometheus::Counter& recovered_sagas =
    counters("sagas_recovered_total", "Sagas loaded again after a restart").Add({});
  prometheus::Counter& removed_sagas =
    counters("sagas_removed_total", "Ended sagas removed for their age").Add({});
  prometheus::Family<prometheus::Counter>& transitions = counters("sagas_transitions_total",
                                                                  "Transitions committed");
  prometheus::Family<prometheus::Counter>& failed_commits = counters(
    "sagas_commit_failures_total", "Batches that could not be committed");
  prometheus::Family<prometheus::Histogram>& commit_time = histograms(
    "sagas_commit_duration_seconds", "One transaction");
  prometheus::Family<prometheus::Histogram>& commit_size = histograms(
    "sagas_commit_transitions", "Transitions in one transaction");
  prometheus::Gauge& active = gauge("sagas_active", "Sagas in flight in this process");
  prometheus::Gauge& queued = gauge("sagas_queued_commits", "Transitions waiting to be committed");
  prometheus::Gauge& memory = gauge("process_resident_memory_bytes", "Resident memory");
  prometheus::Gauge& descriptors = gauge("process_open_fds", "Open descriptors");
};

prometheus_telemetry::prometheus_telemetry(const definition_registry& known, std::size_t writers)
  : figures_(std::make_unique<figures>(known, writers)) {}

prometheus_telemetry::~prometheus_telemetry() = default;

std::string prometheus_telemetry::text(const std::optional<pool_figures>& pool,
                                       const std::optional<attention_summary>& parked,
                                       const std::vector<http::subscription_state>& webhooks,
                                       const std::optional<schedule_figures>& schedules) {
  const process_usage usage = usage_of_this_process();
  figures_->memory.Set(static_cast<double>(usage.resident_bytes));
  figures_->descriptors.Set(static_cast<double>(usage.open_descriptors));
  std::vector<prometheus::MetricFamily> all = figures_->registry.Collect();
  if (pool)
    for (prometheus::MetricFamily& each : metrics_of(*pool))
      all.push_back(std::move(each));
  if (parked)
    for (prometheus::MetricFamily& each : metrics_of(*parked))
      all.push_back(std::move(each));
  if (!webhooks.empty())
    for (prometheus::MetricFamily& each : metrics_of(webhooks))
      all.push_back(std::move(each));
  if (schedules)
    for (prometheus::MetricFamily& each : metrics_of(*schedules))
      all.push_back(std::move(each));
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, all);
  return std::move(out).str();
}

void prometheus_telemetry::saga_started(std::string_view type) {
  figures_->of_type(type).started->Increment();
}

void prometheus_telemetry::saga_ended(std::string_view type, saga_status end, seconds took) {
  SAGAS_ASSERT(is_terminal(end));
  type_series& series = figures_->of_type(type);
  series.ended[static_cast<std::size_t>(end)]->Increment();
  series.seconds->Observe(took.count());
}

void prometheus_telemetry::saga_parked(std::string_view type) {
  figures_->of_type(type).parked->Increment();
}

void prometheus_telemetry::attempt_ended(std::string_view service, operation op, outcome_kind kind,
                                         seconds took) {
  service_series& series = figures_->of_service(service);
  const auto side = static_cast<std::size_t>(op);
  series.attempts[side][static_cast<std::size_t>(kind)]->Increment();
  series.seconds[side]->Observe(took.count());
}

void prometheus_telemetry::outcome_ignored() { figures_->ignored.Increment(); }

void prometheus_telemetry::batch_committed(std::size_t writer, std::size_t transitions,
                                           seconds took) {
  writer_series& series = figures_->writers.at(writer);
  series.transitions->Increment(static_cast<double>(transitions));
  series.sizes->Observe(static_cast<double>(transitions));
  series.seconds->Observe(took.count());
}

void prometheus_telemetry::batch_failed(std::size_t writer) {
  figures_->writers.at(writer).failures->Increment();
}

void prometheus_telemetry::store_available(std::size_t writer, bool is) {
  figures_->writers.at(writer).available->Set(is ? 1 : 0);
}

void prometheus_telemetry::start_refused() { figures_->refused.Increment(); }

void prometheus_telemetry::recovered(std::size_t sagas) {
  figures_->recovered_sagas.Increment(static_cast<double>(sagas));
}

void prometheus_telemetry::removed(std::size_t sagas) {
  figures_->removed_sagas.Increment(static_cast<double>(sagas));
}

void prometheus_telemetry::in_flight(std::uint64_t sagas, std::uint64_t queued_commits) {
  figures_->active.Set(static_cast<double>(sagas));
  figures_->queued.Set(static_cast<double>(queued_commits));
}

} // namespace sagas
