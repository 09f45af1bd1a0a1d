#include "http/server/poller.hpp"

#include <algorithm>

namespace sagas::http {

std::span<const epoll_event> poller::wait(steady::time_point end) {
  const auto time = std::chrono::ceil<std::chrono::milliseconds>(end - steady::now());
  const int timeout = static_cast<int>(std::clamp<long long>(time.count(), 0, 60'000));
  const int count = ::epoll_wait(epoll_.number(), events_.data(), static_cast<int>(events_.size()),
                                 timeout);
  return {events_.data(), static_cast<std::size_t>(std::max(count, 0))};
}

bool poller::control(int operation, int number, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = number;
  return ::epoll_ctl(epoll_.number(), operation, number, &event) == 0;
}

} // namespace sagas::http
