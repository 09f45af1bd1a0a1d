// The clients of the demo: many connections that start campaigns, repeat what had no answer with
// the same Idempotency-Key, cancel some, and write down all that they are told.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/audit/client_log.hpp"
#include "app/demo/campaign.hpp"
#include "app/load/generator.hpp"
#include "saga/result.hpp"

namespace sagas::demo {

class campaign_clients {
public:
  /// Both must outlive it. `orders` belong to the thread that runs.
  /// @param pace from one new campaign to the next, at least: a bound for fast machines
  campaign_clients(std::vector<campaign>& orders, audit::client_log& log,
                   std::chrono::microseconds pace = {})
    : orders_(orders), log_(log), pace_(pace) {}

  /// Starts all of them over so many connections; returns when each is acknowledged and its client
  /// has done with it. A server that is away is waited for.
  result<load::summary> start_all(const std::string& url, std::size_t connections);
  /// Reads the state of each, once.
  result<load::summary> read_all(const std::string& url, std::size_t connections);

  /// Any thread: no further campaign is begun.
  void stop() { stopped_ = true; }
  /// Any thread: everything is left as it is.
  void abandon() { abandoned_ = true; }
  /// Any thread: how many starts have been acknowledged.
  std::size_t acknowledged() const { return acknowledged_; }
  /// The first answer that no client should get; empty: none.
  const std::string& surprise() const { return surprise_; }

private:
  enum class phase : std::uint8_t { idle, starting, repeating, misusing, cancelling, reading };
  struct client {
    phase now = phase::idle;
    campaign* order = nullptr;
    bool unclear = false; ///< a cancel had no answer
  };

  result<load::summary> run(const std::string& url, std::size_t connections, phase first);
  bool next(std::size_t index, std::string& to);
  void done(const load::answer& said);
  void write_start(std::size_t index, std::string& to);
  void on_start(client& self, const load::answer& said);
  void on_cancel(client& self, const load::answer& said);
  void on_read(client& self, const load::answer& said);
  void go_on(client& self);
  void note_start(const char* what, std::size_t index, std::string_view saga = {},
                  std::string_view state = {});
  void be_surprised(const client& self, const load::answer& said);

  std::vector<campaign>& orders_;
  audit::client_log& log_;
  const std::chrono::microseconds pace_;
  std::vector<client> clients_;
  std::size_t taken_ = 0;
  phase first_ = phase::starting;
  bool refused_ = false; ///< just now, for want of room
  std::atomic<bool> stopped_{false};
  std::atomic<bool> abandoned_{false};
  std::atomic<std::size_t> acknowledged_{0};
  std::string surprise_;
};

} // namespace sagas::demo
