// Takes in who connects. While no descriptor is left it pauses: whoever connects then waits in the
// system's backlog, and nothing spins.
#pragma once

#include <functional>

#include "http/server/descriptor.hpp"
#include "http/server/poller.hpp"
#include "saga/log.hpp"

namespace sagas::http {

/// Used by one thread.
class acceptor {
public:
  acceptor(descriptor listener, poller& events, logger& log);

  bool is(int number) const { return listener_ && listener_.number() == number; }
  /// Takes in some, not all: the loop has other things to do.
  void accept_some(const std::function<void(descriptor)>& admit);
  /// A descriptor may be there again.
  void resume();
  bool paused() const { return paused_; }
  /// For ever.
  void stop() { listener_.reset(); }

private:
  void pause(int error);

  descriptor listener_;
  poller& events_;
  logger& log_;
  bool paused_ = false;
  steady::time_point next_complaint_ = steady::now();
};

} // namespace sagas::http
