#include "support/tcp_link.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sagas::test {
namespace {

constexpr std::size_t held_max = 1 << 20; // then its sender has to wait

int start_connecting(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Whether it works is asked for when the socket is ready.
  (void)::connect(made, reinterpret_cast<const sockaddr*>(&where), sizeof where);
  return made;
}

void send_at_once(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void close_with_reset(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

} // namespace

tcp_link::tcp_link(int client, std::uint16_t upstream) {
  const int server = start_connecting(upstream);
  send_at_once(client);
  send_at_once(server);
  up_.from = down_.to = client;
  down_.from = up_.to = server;
}

tcp_link::~tcp_link() { reset(); }

void tcp_link::reset() {
  if (over_)
    return;
  over_ = true;
  close_with_reset(up_.from);
  close_with_reset(up_.to);
}

void tcp_link::cut() {
  was_cut_ = true;
  reset();
}

short tcp_link::client_events(const network_trouble& now) const {
  if (now.what == network_trouble::kind::black_hole)
    return 0;
  const bool reads = !up_.ended && up_.held < held_max;
  const bool writes = !down_.waiting.empty() && down_.waiting.front().due <= steady::now();
  return static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
}

short tcp_link::server_events(const network_trouble& now) const {
  if (now.what == network_trouble::kind::black_hole)
    return 0;
  if (!connected_)
    return POLLOUT;
  const bool reads = !down_.ended && down_.held < held_max;
  const bool writes = !up_.waiting.empty() && up_.waiting.front().due <= steady::now();
  return static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
}

std::optional<steady::time_point> tcp_link::due() const {
  std::optional<steady::time_point> first;
  for (const lane* way : {&up_, &down_})
    if (!way->waiting.empty() && (!first || way->waiting.front().due < *first))
      first = way->waiting.front().due;
  return first;
}

void tcp_link::move(const network_trouble& now, std::optional<cut_order>& order) {
  if (now.what == network_trouble::kind::black_hole)
    return;
  if (!connected_ && !finish_connecting())
    return;
  const milliseconds delay = now.what == network_trouble::kind::delay ? now.delay : milliseconds{0};
  read(up_, delay, order);
  if (!over_)
    read(down_, delay, order);
  if (!over_ && write(up_))
    write(down_);
  if (!over_ && up_.shut && down_.shut)
    finish();
}

// Both sides have said their last word and have been told the other's.
void tcp_link::finish() {
  over_ = true;
  ::close(up_.from);
  ::close(up_.to);
}

bool tcp_link::finish_connecting() {
  pollfd ready{up_.to, POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1)
    return false;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(up_.to, SOL_SOCKET, SO_ERROR, &error, &size);
  connected_ = error == 0;
  if (!connected_)
    reset();
  return connected_;
}

void tcp_link::read(lane& way, milliseconds delay, std::optional<cut_order>& order) {
  std::array<char, 64 << 10> bytes;
  while (!over_ && !way.ended && way.held < held_max) {
    const ssize_t size = ::recv(way.from, bytes.data(), bytes.size(), 0);
    if (size < 0 && errno == EAGAIN)
      return;
    if (size < 0)
      return reset();
    way.ended = size == 0;
    if (way.ended)
      return;
    if (&way == &down_ && cutting_ == cut_moment::in)
      return cut(); // the answer that nobody gets
    std::string what{bytes.data(), static_cast<std::size_t>(size)};
    if (&way == &up_)
      heed(what, order);
    if (over_)
      return;
    way.held += what.size();
    way.waiting.push_back({std::move(what), steady::now() + delay});
  }
}

// Looks for the text in what a client sends.
void tcp_link::heed(const std::string& bytes, std::optional<cut_order>& order) {
  if (cutting_ == cut_moment::after)
    return cut();
  if (!order || bytes.find(order->text) == std::string::npos)
    return;
  cutting_ = order->when;
  order.reset();
  if (cutting_ == cut_moment::before)
    cut();
}

std::size_t tcp_link::sendable(const lane& way, std::size_t size) const {
  return &way == &down_ && allowed_ ? std::min(size, *allowed_) : size;
}

// False when the connection is over.
bool tcp_link::write(lane& way) {
  while (!way.waiting.empty() && way.waiting.front().due <= steady::now()) {
    std::string& first = way.waiting.front().bytes;
    const std::size_t wanted = sendable(way, first.size());
    const ssize_t sent = wanted == 0 ? 0 : ::send(way.to, first.data(), wanted, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN)
      return true;
    if (sent < 0)
      return reset(), false;
    const auto size = static_cast<std::size_t>(sent);
    way.held -= size;
    if (&way == &down_ && allowed_ && (*allowed_ -= size) == 0)
      return cut(), false;
    first.erase(0, size);
    if (first.empty())
      way.waiting.pop_front();
  }
  if (way.ended && way.waiting.empty() && !std::exchange(way.shut, true))
    ::shutdown(way.to, SHUT_WR);
  return true;
}

} // namespace sagas::test
