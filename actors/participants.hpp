// Who serves which microservicio, and how they fare.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "saga/call.hpp"
#include "saga/event.hpp"
#include "saga/orchestrator.hpp"

namespace sagas::actors {

/// What an operator sees of a participant. Thread-safe.
class call_figures {
public:
  void sent() {
    ++calls_;
    ++in_flight_;
  }
  /// A call has come to its end; `unknown` also when no answer can come any more.
  void settled(outcome_kind how);
  void fill(participant_info& to) const;

private:
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> in_flight_{0};
  std::atomic<std::uint32_t> failed_in_a_row_{0};
};

/// A way to one microservicio.
class call_route {
public:
  explicit call_route(std::string kind)
    : kind_(std::move(kind)), figures_(std::make_shared<call_figures>()) {}
  virtual ~call_route() = default;
  /// Sends a call; what is answered goes to its saga. Returns at once.
  virtual void send(call what) = 0;

  const std::string& kind() const { return kind_; }
  /// Shared with the calls under way, which may outlive it.
  const std::shared_ptr<call_figures>& figures() const { return figures_; }

private:
  std::string kind_;
  std::shared_ptr<call_figures> figures_;
};

/// What a call comes to that was not sent, since too many wait already or nobody serves it: it had
/// no effect; but when it was sent before, nobody knows.
outcome too_many_calls(const call& what);
outcome nobody_serves(const call& what);

/// Thread-safe.
class participant_directory {
public:
  void add(const std::string& service, std::shared_ptr<call_route> route);
  /// What goes before all that was added; null: nothing any more.
  void set(const std::string& service, std::shared_ptr<call_route> route);
  /// Null when nobody serves it.
  std::shared_ptr<call_route> find(std::string_view service) const;
  std::vector<participant_info> list() const;
  void clear();

private:
  mutable std::shared_mutex guard_;
  using routes = std::map<std::string, std::shared_ptr<call_route>, std::less<>>;
  routes added_;
  routes set_;
};

} // namespace sagas::actors
