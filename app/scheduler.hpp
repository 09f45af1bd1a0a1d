// Schedules: sagas that start at times of a cron expression. One thread serves them all, on the
// book of what is due (schedule_book.hpp).
#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "app/schedule_book.hpp"
#include "app/task_inbox.hpp"
#include "http/schedule_desk.hpp"

namespace sagas {

class scheduler final : public http::schedule_desk {
public:
  scheduler() = default; ///< starts nothing yet
  scheduler(const scheduler&) = delete;
  scheduler& operator=(const scheduler&) = delete;
  ~scheduler() override { stop(milliseconds{0}); }

  struct setting {
    queries& reads;
    orchestrator& engine;
    logger& log;
    std::function<timestamp()> wall;
    std::function<timestamp()> steady;
    zone_source zones;
    std::function<result<start_request>(const json_value& body)> read_start; ///< any thread
    std::size_t schedules_max = 10'000;
    schedule_limits limits = {};
  };
  /// Begins. Once; all that is referred to must outlive stop().
  void start(setting with);
  /// Ends: waits so long for starts under way, and stores how far it has come. Idempotent.
  void stop(milliseconds patience);

  schedule_figures figures() const;

  result<kept_schedule> prepare(const std::string& name, const json_value& document,
                                const std::optional<kept_document>& known) const override;
  void serve(const std::string& name) override;
  std::optional<http::schedule_state> state_of(const std::string& name) const override;
  result<std::vector<timestamp>> preview(const json_value& document,
                                         std::size_t count) const override;

private:
  void run();
  void end();
  void do_tasks(milliseconds within);

  const std::shared_ptr<task_inbox> inbox_ = std::make_shared<task_inbox>();
  schedule_board board_;
  std::optional<setting> with_;
  std::thread thread_;

  // The thread's own.
  std::unique_ptr<schedule_book> book_;
  bool stopping_ = false;
  milliseconds patience_{0};
};

} // namespace sagas
