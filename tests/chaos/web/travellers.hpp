// Clients that book journeys over all of the services, some of which must be undone, and cancel
// some; and an operator who has what is stuck tried again.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "saga/time.hpp"

namespace sagas::chaos {

/// The definition that they start; its steps are called as its services.
std::string journey_definition();

class travellers {
public:
  /// @param url of the server, also after it was killed
  travellers(std::string url, std::size_t clients);
  ~travellers() { stop(); }
  travellers(const travellers&) = delete;
  travellers& operator=(const travellers&) = delete;

  /// No further journeys; returns when each that was begun is acknowledged, or can't be.
  void stop_booking();
  /// The operator leaves, too.
  void stop();

  std::size_t acknowledged() const { return acknowledged_; }
  std::size_t cancelled() const { return cancelled_; }
  /// The saga of each number that was acknowledged.
  std::map<std::uint64_t, std::string> journeys() const;
  /// What no client should see; empty: nothing.
  std::string surprise() const;
  /// Whether a service refuses the journey of this number.
  static bool is_refused(std::uint64_t number);

private:
  void book_all(std::size_t first, std::size_t step);
  void attend();
  void note(std::uint64_t number, const std::string& saga);
  void wonder(const std::string& what);

  const std::string url_;
  std::atomic<bool> stopped_{false}, dismissed_{false};
  std::atomic<std::size_t> acknowledged_{0}, cancelled_{0};
  mutable std::mutex guard_; // of what follows
  std::map<std::uint64_t, std::string> journeys_;
  std::string surprise_;
  std::vector<std::thread> clients_;
  std::thread operator_;
};

} // namespace sagas::chaos
