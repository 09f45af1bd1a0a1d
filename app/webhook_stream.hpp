// One subscription: reads the stored feed ahead, delivers, remembers how far it has come, and keeps
// what it gave up.
//
// All of it runs on the dispatcher's thread (webhooks.hpp); what the client and the engine answer
// comes back there through `post`. Nothing here blocks but reads of the store.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "http/participant/flow.hpp"
#include "http/participant/web_client.hpp"
#include "http/redaction.hpp"
#include "http/subscription_desk.hpp"
#include "http/webhook/settings.hpp"
#include "http/webhook/window.hpp"
#include "saga/attention.hpp"
#include "saga/log.hpp"
#include "saga/orchestrator.hpp"
#include "saga/queries.hpp"

namespace sagas {

struct webhook_limits {
  std::size_t subscriptions_max = 100;
  std::size_t letters_max = 10'000; ///< of one subscription: then it pauses
  std::size_t ahead_max = 1'024;    ///< events that are read ahead, and a batch
  /// An event that so many have passed is set aside, and one that fails and is so old, too.
  std::size_t passed_max = 1'000;
  milliseconds held_max{3'600'000};
  std::size_t page_events = 512;
  /// So many attempts in a row fail, and then one at a time is made until one goes well.
  std::uint32_t ill_after = 5;
  milliseconds trial_every{5'000}; ///< while the receiver is ill
  milliseconds advance_every{500};
  milliseconds read_every{20};      ///< at most; events in between share a read
  milliseconds again_after{1'000};  ///< what the store could not do
  milliseconds attend_every{1'000}; ///< the queue of what waits for a person is looked at
  std::size_t pages_max = 8; ///< of one turn, so that others have theirs; of letters likewise
  /// The pauses before an event is tried again; how often is the subscription's own.
  retry_policy backoff = http::delivery_terms{}.backoff;
};

/// What streams work with; all of it outlives them.
struct webhook_ports {
  queries& reads;
  orchestrator& engine;
  logger& log;
  http::web_client& client;
  const std::function<timestamp()> clock;
  const http::redaction hides;
  const http::web_participant_terms terms;
  const std::string source; ///< of the CloudEvents
  const webhook_limits limits;
  /// Has it run on the dispatcher's thread. Any thread.
  const std::function<void(std::function<void()>)> post;
};

/// Pages of the feed, which streams that stand at the same place share. For one round.
class feed_pages {
public:
  feed_pages(queries& reads, std::size_t events_max) : reads_(reads), events_max_(events_max) {}
  const result<std::vector<feed_batch>>& from(const feed_position& next);

private:
  queries& reads_;
  const std::size_t events_max_;
  std::map<feed_position, result<std::vector<feed_batch>>> pages_;
};

class webhook_stream : public std::enable_shared_from_this<webhook_stream> {
public:
  using steady = std::chrono::steady_clock;

  /// Errors: of the store, which could not tell about its dead letters, or the end of the feed.
  static result<std::shared_ptr<webhook_stream>> open(const webhook_ports& ports,
                                                      const kept_document& from);

  /// Its document is another now.
  void configure(const document& content);
  /// There may be more to read.
  void news() { dry_ = false; }
  /// Does what can be done now.
  void turn(steady::time_point now, feed_pages& pages);
  /// When turn() is to be called again, if nothing happens before.
  std::optional<steady::time_point> next_turn() const;
  bool wants_alerts() const;
  /// Tells its receiver of what waits, if there is reason to.
  void attend(const attention_summary& parked);
  /// No more attempts are begun.
  void halt() { halted_ = true; }

  /// Whether it has come further than the store knows.
  bool has_advanced() const;
  /// What tells the store so, in one transaction. True: advanced() is owed.
  bool advance(std::vector<kept_change>& to);
  void advanced(bool stored); ///< what advance() gave last

  using counted = std::function<void(result<std::size_t>)>;
  void remove(std::function<void(status)> done);
  void resend(std::optional<feed_position> which, const counted& done);
  void forget(const feed_position& which, const std::function<void(status)>& done);

  const std::string& name() const { return name_; }
  bool removed() const { return removed_; }
  std::size_t under_way() const { return window_.under_way(); }
  http::subscription_state state() const; ///< without the age of the oldest

private:
  webhook_stream(const webhook_ports& ports, const kept_document& from);

  feed_position next_owed() const;
  void check_start(const feed_position& tail);
  status find_letters();
  status find_aside();
  status find_alerts();
  status take_rows(const char* kind);
  bool delivers() const;
  bool full() const;
  bool takes_letters() const; ///< to be sent again

  void read(steady::time_point now, feed_pages& pages);
  void pass_over(steady::time_point now);
  void take(const feed_batch& batch);
  void note_gap(const feed_position& from, const feed_position& until, const char* why);
  void read_letters(steady::time_point now);
  void launch(steady::time_point now);
  void send(http::delivery& what, steady::time_point now);
  void answered(const feed_position& at, const http::web_answer& said);
  void note_health(const http::delivery_verdict& means);
  void went_well(http::delivery& what);
  void went_wrong(http::delivery& what, const http::web_answer& said,
                  const http::delivery_verdict& means);
  std::string text_of(const http::delivery& what) const;
  void decide(const attention_summary& parked);
  void alert_stored(const status& how);
  bool append_end(const http::delivery& what, std::size_t& room,
                  std::vector<kept_change>& to) const;
  void set_aside();
  void settle(steady::time_point now);
  void settled(const std::vector<feed_position>& which, const status& how);
  void take_away();
  void look_behind(const std::string& letter);
  using kept_callback = std::function<void(webhook_stream&, const status&)>;
  void mark(const std::vector<kept_document>& letters, const std::string& behind,
            const kept_callback& done);
  void mark_page(const std::string& behind, std::size_t marked, const counted& done);
  void keep(std::vector<kept_change> what, kept_callback done);

  const webhook_ports& ports_;
  const std::string name_;
  document content_;
  std::optional<http::subscription> how_; // none: it can't be used
  std::string why_not_;
  std::shared_ptr<http::web_client::lane> lane_;

  http::delivery_window window_;
  feed_position next_;                   // the next to be read
  std::uint64_t stored_ = 0;             // the position that the store has for sure
  bool strays_ = false;                  // the store has one that is too high
  std::optional<std::uint64_t> telling_; // the position that it is being told
  std::set<feed_position> aside_;        // whose rows it does not have yet
  bool dry_ = false;                     // nothing was behind it at the last look
  bool halted_ = false;
  steady::time_point reads_again_{};
  std::mt19937_64 random_{std::random_device{}()};

  http::circuit_breaker circuit_;   // open: the receiver is ill
  steady::time_point held_until_{}; // as the receiver asks

  std::size_t letters_ = 0;           // in the store
  std::set<feed_position> buried_;    // those of them that the feed is still to be read up to
  std::set<feed_position> unsettled_; // whose letters are to be written or erased
  bool settling_ = false;             // some of that is under way
  steady::time_point settles_again_{};
  std::optional<std::string> marked_behind_; // letters there are perhaps to be sent again
  steady::time_point letters_again_{};

  http::alert_memory told_; // as the store has it
  struct decision {
    http::alert_memory told;
    http::delivery what;
  };
  std::optional<decision> decided_; // the store is to be told
  bool deciding_ = false;           // and is being told

  std::function<void(status)> removal_; // whoever waits for its end
  bool removing_ = false;               // the store is asked to
  bool removed_ = false;

  std::uint64_t delivered_ = 0, failed_ = 0, dead_ = 0, gaps_ = 0;
  std::string last_fault_;
};

} // namespace sagas
