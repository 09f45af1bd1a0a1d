// One life of the process: an engine with all that it borrows.
#pragma once

#include <memory>
#include <set>

#include "actors/engine.hpp"
#include "tests/simulation/services.hpp"
#include "tests/simulation/watched_store.hpp"

namespace sagas::sim {

/// How the parts are made that a planted bug replaces.
struct makers {
  std::function<std::unique_ptr<store>(watched_parts)> make_store = [](watched_parts from) {
    return std::make_unique<watched_store>(std::move(from));
  };
  ledger_maker make_ledger = open_ledger;
};

/// Everything outside of the process, which survives it.
struct surroundings {
  surroundings(stage& stands_on, const makers& made_by)
    : on(stands_on), made(made_by), wires(on, memory, made.make_ledger(on, memory)) {}

  stage& on;
  makers made;
  watched_tables tables;
  service_memory memory;
  network wires;
};

/// Gauges and counts of one process.
class counting_telemetry final : public telemetry {
public:
  explicit counting_telemetry(stage& on) : on_(on) {}
  void saga_started(std::string_view) override {}
  void saga_ended(std::string_view, saga_status, seconds) override {}
  void saga_parked(std::string_view) override {}
  void attempt_ended(std::string_view, operation, outcome_kind, seconds) override {}
  void outcome_ignored() override { ++on_.reached["late outcomes"]; }
  void batch_committed(std::size_t, std::size_t, seconds) override {}
  void batch_failed(std::size_t) override {}
  void store_available(std::size_t, bool) override {}
  void start_refused() override { ++on_.reached["refused starts"]; }
  void recovered(std::size_t sagas) override { on_.reached["recoveries"] += sagas; }
  void removed(std::size_t) override {}
  void in_flight(std::uint64_t sagas, std::uint64_t commits) override {
    sagas_now = sagas;
    commits_now = commits;
  }

  std::uint64_t sagas_now = 0;
  std::uint64_t commits_now = 0;

private:
  stage& on_;
};

class node {
public:
  explicit node(surroundings& around);
  ~node();

  /// False when it has failed or crashed while opening.
  bool open();
  bool is_over() const { return life_->over; }
  std::size_t index() const { return life_->node; }
  engine& runs() { return *engine_; }
  /// Lets the timers fire that are due by this node's clock; says when the next one is, by ours.
  std::optional<timestamp> fire_timers();
  const counting_telemetry& figures() const { return figures_; }

  void start(const start_request& what, client_start request);
  void command(const saga_id& id, const saga_command& what);

private:
  store_list open_stores();
  void let_others_go_on();

  struct silent_log final : logger {
    bool enabled(log_level) const override { return false; }
    void write(log_level, std::string_view, std::initializer_list<log_field>) override {}
  };
  /// One who watches the state changes.
  class feed_watcher final : public feed_sink {
  public:
    feed_watcher(stage& on, std::shared_ptr<life> whose) : on_(on), whose_(std::move(whose)) {}
    void publish(std::shared_ptr<const feed_batch> batch) override {
      if (!whose_->over)
        on_.seen.published.push_back({on_.tick(), whose_->node, batch->batch});
    }

  private:
    stage& on_;
    std::shared_ptr<life> whose_;
  };

  surroundings& around_;
  milliseconds clock_off_{0}; ///< by how much this node's clock is wrong
  std::shared_ptr<life> life_ = std::make_shared<life>();
  definition_registry definitions_;
  feed_watcher feed_;
  counting_telemetry figures_;
  silent_log log_;
  std::unique_ptr<engine> engine_;
};

} // namespace sagas::sim
