// Webhooks: what happens to sagas, told to the web services that operators have subscribed.
//
// One thread serves all subscriptions. It sleeps until the feed has news, an answer comes, or
// something is due; each subscription (webhook_stream.hpp) has calls of its own under way, so one
// that is slow keeps none waiting.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/attention_watch.hpp"
#include "app/task_inbox.hpp"
#include "app/webhook_stream.hpp"

namespace sagas {

class webhooks final : public feed_sink, public http::subscription_desk {
public:
  webhooks() = default; ///< delivers nothing yet
  webhooks(const webhooks&) = delete;
  webhooks& operator=(const webhooks&) = delete;
  ~webhooks() override { stop(milliseconds{0}); }

  struct setting {
    queries& reads;
    orchestrator& engine;
    logger& log;
    std::function<timestamp()> clock;
    std::function<result<attention_summary>()> waiting; ///< for a person; may block
    http::web_participant_terms terms;
    http::redaction hides = {};
    std::string source;   ///< of the CloudEvents
    milliseconds poll{0}; ///< what nobody tells of is looked for this often; 0: never
    webhook_limits limits = {};
  };
  /// Begins to deliver. Once; all that is referred to must outlive stop().
  status start(setting with);
  /// Ends: waits so long for what is under way, and stores how far it has come. Idempotent.
  void stop(milliseconds patience);

  void publish(std::shared_ptr<const feed_batch>) override { inbox_->ring(); }

  status check(const std::string& name, const json_value& document) const override;
  void serve(const std::string& name) override;
  void remove(const std::string& name, std::function<void(status)> done) override;
  void resend(const std::string& name, std::optional<feed_position> which,
              std::function<void(result<std::size_t>)> done) override;
  void forget(const std::string& name, const feed_position& which,
              std::function<void(status)> done) override;
  std::vector<http::subscription_state> states() const override;

private:
  using steady = std::chrono::steady_clock;
  using stream_ptr = std::shared_ptr<webhook_stream>;

  void run();
  void load();
  bool open(const kept_document& from);
  void read_anew(const std::string& name);
  void round(const task_inbox::found& what);
  std::optional<steady::time_point> next_round(steady::time_point now) const;
  void store_positions(steady::time_point now);
  void attend(const attention_summary& parked);
  void end();
  std::size_t under_way() const;
  webhook_stream* stream(const std::string& name) const;
  /// On the thread: `then`, or `otherwise` with why there is none of that name.
  void with_stream(const std::string& name, std::function<void(webhook_stream&)> then,
                   std::function<void(const failure&)> otherwise);
  void tell_states();

  const std::shared_ptr<task_inbox> inbox_ = std::make_shared<task_inbox>();
  std::unique_ptr<http::web_client> client_;
  std::optional<webhook_ports> ports_;
  std::unique_ptr<attention_watch> watch_;
  milliseconds poll_{0};
  std::thread thread_;

  // The thread's own.
  std::map<std::string, stream_ptr> streams_;
  std::set<std::string> unread_; // whose documents could not be read
  bool loaded_ = false;
  steady::time_point reads_again_{};
  steady::time_point polls_again_{};
  steady::time_point stores_again_{};
  bool storing_ = false;
  bool stopping_ = false;
  milliseconds patience_{0};

  mutable std::mutex guard_; // of states_
  std::vector<http::subscription_state> states_;
};

} // namespace sagas
