// What the loop waits for: epoll.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include "http/server/descriptor.hpp"
#include "http/server/time_limits.hpp"

namespace sagas::http {

/// Used by one thread.
class poller {
public:
  explicit poller(descriptor epoll) : epoll_(std::move(epoll)) {}

  bool add(int number, std::uint32_t events) { return control(EPOLL_CTL_ADD, number, events); }
  bool change(int number, std::uint32_t events) { return control(EPOLL_CTL_MOD, number, events); }
  /// Waits for events, until `end` at most. What it returns is overwritten by the next call.
  std::span<const epoll_event> wait(steady::time_point end);

private:
  bool control(int operation, int number, std::uint32_t events);

  const descriptor epoll_;
  std::array<epoll_event, 256> events_{};
};

} // namespace sagas::http
