#include "http/server/acceptor.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace sagas::http {
namespace {

constexpr int accepts_at_once = 64;

} // namespace

acceptor::acceptor(descriptor listener, poller& events, logger& log)
  : listener_(std::move(listener)), events_(events), log_(log) {
  events_.add(listener_.number(), EPOLLIN);
}

void acceptor::accept_some(const std::function<void(descriptor)>& admit) {
  for (int i = 0; i < accepts_at_once && listener_; ++i) {
    descriptor socket{
      ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (socket)
      admit(std::move(socket));
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      return;
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return pause(errno);
    // else: that one connection has failed already (ECONNABORTED and its like)
  }
}

void acceptor::pause(int error) {
  const auto now = steady::now();
  if (now >= next_complaint_)
    log_.write(log_level::warning, "accepting is paused",
               {{"why", std::generic_category().message(error)}});
  next_complaint_ = now + std::chrono::seconds{10};
  paused_ = true;
  events_.change(listener_.number(), 0);
}

void acceptor::resume() {
  if (std::exchange(paused_, false) && listener_)
    events_.change(listener_.number(), EPOLLIN);
}

} // namespace sagas::http
