// The port through which operators set up webhooks. Implemented in app/.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "saga/feed.hpp"
#include "saga/json_reader.hpp"
#include "saga/result.hpp"

namespace sagas::http {

/// How a subscription fares; counts since this process began.
struct subscription_state {
  enum class kind : std::uint8_t {
    active,
    inactive, ///< as it was set up
    paused,   ///< it has as many dead letters as it may have
    broken,   ///< what it says can't be used any more, such as a secret that is gone
  };
  std::string name = {};
  kind how = kind::active;
  std::string why = {};    ///< of paused and broken: for people, with the remedy
  feed_position next = {}; ///< all before it is delivered, set aside, or a dead letter
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;  ///< attempts
  std::uint64_t dead = 0;    ///< events given up
  std::uint64_t gaps = 0;    ///< times that the feed did not hold any more what came next
  std::size_t set_aside = 0; ///< events that fail now, and that others have passed
  std::size_t letters = 0;   ///< there now
  std::optional<timestamp> oldest = {}; ///< event that is read and not delivered, but for those
  double lag_s = 0;                     ///< its age
  std::string last_fault = {}; ///< of the last attempt that failed; empty: none since it went well
};
const char* to_text(subscription_state::kind how); ///< "activa", "inactiva", "pausada", "averiada"

/// Thread-safe; none of it blocks. Callbacks come once, on another thread.
class subscription_desk {
public:
  virtual ~subscription_desk() = default;
  /// Whether a document says where and how to deliver; every fault named, none with a secret in it.
  virtual status check(const std::string& name, const json_value& document) const = 0;
  /// What the store keeps under that name is new, or another now.
  virtual void serve(const std::string& name) = 0;
  /// Takes it from the store, with its dead letters. not_found; else as orchestrator::keep.
  virtual void remove(const std::string& name, std::function<void(status)> done) = 0;
  /// Sends dead letters again: one, or all that have an event in them; tells how many are to go,
  /// once that is durable. Each is gone once it is delivered. not_found, conflict, unavailable.
  virtual void resend(const std::string& name, std::optional<feed_position> which,
                      std::function<void(result<std::size_t>)> done) = 0;
  /// Removes a dead letter. not_found, conflict while it is being sent again.
  virtual void forget(const std::string& name, const feed_position& which,
                      std::function<void(status)> done) = 0;
  virtual std::vector<subscription_state> states() const = 0; ///< by name
};

} // namespace sagas::http
