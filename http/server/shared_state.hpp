// What the loop shares with the connections and exchanges, which may outlive it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "http/server.hpp"
#include "http/server/byte_budget.hpp"
#include "http/server/descriptor.hpp"
#include "http/server/time_limits.hpp"

namespace sagas::http {

class connection;
using connection_ptr = std::shared_ptr<connection>;

/// Asks the loop to look at a connection again. Thread-safe.
class loop_mail {
public:
  explicit loop_mail(descriptor event) : event_(std::move(event)) {}

  const descriptor& event() const { return event_; }
  void post(connection_ptr which);
  void wake();
  /// Called by the loop when the event is readable.
  std::vector<connection_ptr> take();
  /// From now on nothing is kept: there is no loop any more.
  void close();

private:
  const descriptor event_;
  std::mutex guard_; // guards all below
  std::vector<connection_ptr> posted_;
  bool closed_ = false;
};

/// How many requests are being answered. Thread-safe.
class busy_count {
public:
  void change(std::ptrdiff_t by);
  /// Waits until there are none; returns how many there are.
  std::size_t wait_none(milliseconds limit);

private:
  std::mutex guard_;
  std::condition_variable none_;
  std::ptrdiff_t count_ = 0;
};

struct shared_state {
  shared_state(server_options what, logger& to, descriptor event)
    : options(std::move(what)), log(to), mail(std::move(event)),
      bodies(std::make_shared<byte_budget>(options.bodies_max)) {}

  const server_options options;
  logger& log;
  loop_mail mail;
  time_limits limits;
  busy_count busy;
  std::shared_ptr<byte_budget> bodies;
  std::atomic<std::size_t> streams{0};
  std::atomic<bool> draining{false};
};

} // namespace sagas::http
