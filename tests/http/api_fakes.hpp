// Stand-ins for all that the routes talk to, and a world that routes a request as the server does.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "http/api.hpp"
#include "http/live_events.hpp"
#include "saga/orchestrator.hpp"
#include "saga/queries.hpp"
#include "saga/registry.hpp"

namespace sagas::http::testing {

using json = nlohmann::ordered_json;

inline constexpr milliseconds patience{5'000};

class fake_stream final : public event_stream {
public:
  bool write(std::string chunk) override;
  std::size_t room() const override;
  void close() override;

  std::string text() const;
  bool closed() const;
  bool wait_closed() const;
  /// Waits until what was written contains `what`.
  bool wait_for(const std::string& what) const;
  void set_room(std::size_t bytes);

private:
  mutable std::mutex guard_;
  mutable std::condition_variable change_;
  std::string text_;
  std::size_t room_ = 1 << 20;
  bool closed_ = false;
};

class fake_exchange final : public exchange {
public:
  explicit fake_exchange(request what) : req_(std::move(what)) {}

  const request& req() const override { return req_; }
  void identify(caller who) override { req_.who = std::move(who); }
  bool respond(response what) override;
  void respond_within(milliseconds limit, std::function<response()> late) override;
  std::shared_ptr<event_stream> stream(std::string content_type) override;

  /// The answer, waited for; fails the test when there is none in time.
  response answer() const;
  bool answered() const;
  /// Lets the time of respond_within pass.
  void time_out();
  std::optional<milliseconds> limit() const;

  std::shared_ptr<fake_stream> streamed = nullptr;
  bool refuse_stream = false;

private:
  request req_;
  mutable std::mutex guard_;
  mutable std::condition_variable change_;
  std::optional<response> answer_;
  std::optional<milliseconds> limit_;
  std::function<response()> late_;
};

/// Answers starts and commands as it is told to; keeps what it was asked.
class fake_engine final : public orchestrator {
public:
  void start(start_request what, started_callback on_started, ended_callback on_ended) override;
  void command(const saga_id& id, saga_command what, command_callback done) override;
  void register_definition(definition_ptr what, std::function<void(status)> done) override;
  void remove(std::vector<saga_id> ids, timestamp ended_before, removed_callback done) override;
  void keep(std::vector<kept_change> what, std::function<void(status)> done) override;
  void reseal(std::size_t sagas_max, resealed_callback done) override {
    resealed.push_back(sagas_max);
    done(reseal_outcome);
  }
  std::vector<participant_info> participants() const override { return served; }
  node_info node() const override { return self; }

  struct begun {
    start_request what;
    started_callback on_started;
    ended_callback on_ended;
  };
  std::deque<begun> starts;
  std::deque<std::pair<saga_id, saga_command>> commands;
  std::vector<definition_ptr> registered;
  std::vector<saga_id> removed;
  std::vector<kept_change> kept;
  std::vector<std::size_t> resealed;

  /// What a start answers; none: its callback is kept and not called.
  std::function<std::optional<result<started>>(const start_request&)> on_start;
  result<saga_status> command_outcome = saga_status::compensating;
  status register_outcome = nothing{};
  result<std::size_t> remove_outcome = std::size_t{1};
  status keep_outcome = nothing{};
  result<reseal_report> reseal_outcome = reseal_report{};
  node_info self{"nodo-1", 3, 12, 4, true, ""};
  std::vector<participant_info> served{{"afiliados", "actor", true, 50, 2, 1}};
};

/// Answers from maps; any read fails with `broken` when it is set.
class fake_queries final : public queries {
public:
  result<std::optional<saga_view>> saga(const saga_id& id) override;
  result<std::optional<saga_status>> status_of(const saga_id& id) override;
  result<std::optional<saga_id>> started_with(const std::string& key) override;
  result<std::vector<step_view>> steps(const saga_id& id) override;
  result<std::vector<history_row>> history(const saga_id& id) override;
  result<active_page> active(std::size_t limit) override;
  result<search_page> search(const saga_filter& what) override;
  result<parked_page> parked(const saga_filter& what) override;
  result<std::optional<stored_saga>> stored(const saga_id& id) override;
  result<ended_page> ended(timestamp before, std::optional<saga_id> after,
                           std::size_t looked_at) override;
  result<statistics> stats(std::optional<timestamp> from, std::optional<timestamp> until,
                           timestamp now) override;
  result<std::vector<campaign_view>> campaigns(std::optional<saga_id> before,
                                               std::size_t limit) override;
  result<std::optional<campaign_view>> campaign(const std::string& campaign_id) override;
  result<std::vector<feed_batch>> events_after(const feed_position& after,
                                               std::size_t events_max) override;
  result<feed_position> last_event() override;
  result<std::vector<kept_document>> kept(const kept_query& what) override;
  result<std::optional<kept_document>> kept_one(const std::string& kind,
                                                const std::string& name) override;
  status ping() override;

  void store(feed_batch batch);

  std::mutex guard; // of all below, for the feed's reader is another thread
  std::optional<failure> broken;
  std::map<saga_id, saga_view> sagas;
  std::map<saga_id, std::vector<step_view>> rows;
  std::map<saga_id, std::vector<history_row>> notes;
  std::vector<campaign_view> campaign_list;
  std::vector<kept_document> documents; ///< by name
  std::map<std::string, saga_id> keys;
  statistics figures;
  std::vector<feed_batch> feed;
  std::optional<saga_filter> searched;
  std::size_t feed_reads = 0;
  /// Called inside saga(), to change the world in the middle of a handler.
  std::function<void()> on_saga_read;

private:
  template <class T>
  result<T> unless_broken(T value);
};

class silent_log final : public logger {
public:
  bool enabled(log_level) const override { return true; }
  void write(log_level level, std::string_view message,
             std::initializer_list<log_field> fields) override;
  bool says(const std::string& what) const;

private:
  mutable std::mutex guard_;
  std::string text_;
};

/// Takes every document but those with a member "mal"; keeps what it was told.
class fake_desk final : public participant_desk {
public:
  status check(const std::string&, const json_value& document) const override {
    if (document.contains("mal"))
      return failure{errc::invalid_input, "the participant: 1 fault", {{"/mal", "is bad"}}};
    return nothing{};
  }
  void serve(const std::string& service, const json_value& document) override {
    told.push_back(service + "=" + document.dump());
  }
  void drop(const std::string& service) override { told.push_back("-" + service); }
  std::vector<std::string> told;
};

/// Likewise of subscriptions; answers as it is told to.
class fake_subscriptions final : public subscription_desk {
public:
  status check(const std::string&, const json_value& document) const override {
    if (document.contains("mal"))
      return failure{errc::invalid_input, "the subscription: 1 fault", {{"/mal", "is bad"}}};
    return nothing{};
  }
  void serve(const std::string& name) override { told.push_back("+" + name); }
  void remove(const std::string& name, std::function<void(status)> done) override {
    told.push_back("-" + name);
    done(outcome);
  }
  void resend(const std::string& name, std::optional<feed_position> which,
              std::function<void(result<std::size_t>)> done) override {
    told.push_back(name + "!" + (which ? to_text(*which) : "all"));
    done(outcome ? result<std::size_t>{std::size_t{7}} : outcome.error());
  }
  void forget(const std::string& name, const feed_position& which,
              std::function<void(status)> done) override {
    told.push_back(name + "-" + to_text(which));
    done(outcome);
  }
  std::vector<subscription_state> states() const override { return fares; }
  std::vector<std::string> told;
  status outcome = nothing{};
  std::vector<subscription_state> fares;
};

/// Likewise of schedules; counts from the instant that it is told.
class fake_schedules final : public schedule_desk {
public:
  result<kept_schedule> prepare(const std::string& name, const json_value& document,
                                const std::optional<kept_document>& known) const override {
    if (document.contains("mal"))
      return failure{errc::invalid_input, "the schedule: 1 fault", {{"/mal", "is bad"}}};
    prepared.push_back((known ? "known " : "new ") + name);
    return kept_schedule{from, document};
  }
  void serve(const std::string& name) override { told.push_back(name); }
  std::optional<schedule_state> state_of(const std::string& name) const override {
    const auto found = fares.find(name);
    return found == fares.end() ? std::nullopt : std::optional{found->second};
  }
  result<std::vector<timestamp>> preview(const json_value&, std::size_t count) const override {
    return std::vector<timestamp>(count, from);
  }
  timestamp from{};
  std::vector<std::string> told;
  mutable std::vector<std::string> prepared;
  std::map<std::string, schedule_state> fares;
};

struct call_options {
  std::string body = {};
  std::multimap<std::string, std::string> query = {};
  std::multimap<std::string, std::string> headers = {};
};

/// Of the tokens that participants report with.
inline const std::string callback_key = "a key of thirty-two characters..";

struct world {
  explicit world(bool injection = false, live_options live = {}, key_source keys = {},
                 redaction hides = {});

  /// Routes like the server: first path that matches. Fails the test when none does. A body is
  /// JSON unless a header says otherwise.
  std::shared_ptr<fake_exchange> send(const std::string& method, const std::string& path,
                                      call_options with = {});
  response get(const std::string& path, std::multimap<std::string, std::string> query = {});
  response post(const std::string& path, const std::string& body,
                std::multimap<std::string, std::string> headers = {});

  fake_engine engine;
  fake_queries reads;
  definition_registry definitions;
  fake_desk desk;
  fake_subscriptions subscriptions;
  fake_schedules schedules;
  silent_log log;
  timestamp now{};
  live_events events;
  std::vector<route> routes;
};

/// The places of the faults that a problem names.
std::vector<std::string> pointers_of(const response& answer);

/// An id, the same for the same number.
saga_id id_of(int number);
timestamp at(const std::string& iso);
/// A saga of the built-in type that has ended well.
saga_view completed_saga(const saga_id& id);
step_view step_row_of(std::uint32_t order, std::size_t step, const std::string& name,
                      const std::string& service, operation op, step_status status);

} // namespace sagas::http::testing
